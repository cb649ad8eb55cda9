"""The command line `wirewatch`: thin calls of what the other rooms do, and how their answers are shown."""
