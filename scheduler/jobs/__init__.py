"""The jobs: each reads rows and writes the next rows; nothing is handed on in memory only."""
