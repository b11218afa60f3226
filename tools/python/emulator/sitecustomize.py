"""
Loaded by Python before the emulator, whose garbage collector would halt it for some 200 ms once in 400 invocations:
for an emulator that lives for minutes, memory is cheaper than that.
"""
import gc
import os

gc.disable()
# Not for the execution environments.
os.environ.pop('PYTHONPATH', None)
