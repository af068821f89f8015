"""proxy: statements on their way to a server, seen and stopped. release: one release, undisturbed or killed."""
