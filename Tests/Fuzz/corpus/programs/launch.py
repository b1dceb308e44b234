import signal, subprocess, sys
proc = subprocess.Popen(["python", "agent.py"])
signal.signal(signal.SIGTERM, lambda *_: proc.terminate())
sys.exit(proc.wait())
