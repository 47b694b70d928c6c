"""What every room may need and no room owns: it knows nothing of money, children or months."""
