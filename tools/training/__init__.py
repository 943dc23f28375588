"""How the starter packages are trained (docs/starter-packages.md). None of it runs at the desk."""
