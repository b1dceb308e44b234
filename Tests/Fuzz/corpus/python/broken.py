def f(:
  x = [1,
import os
class A(B, metaclass=C):
	print "x"
  else: {{{{[[[((
