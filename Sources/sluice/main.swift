import Vocabulary

print(Sluice.version)
