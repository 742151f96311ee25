"""The house keeps its own rules: cheap checks of every file, each one seen to fail on a planted violation."""
