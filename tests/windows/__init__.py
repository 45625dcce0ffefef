"""Windows without a Windows machine: a Windows Python 3.8 under Wine, made of packages from the usual registries.

Wine calls itself Windows 7 (6.1.7601). What passes here is evidence and no proof; nothing here ran on a real Windows.
"""
