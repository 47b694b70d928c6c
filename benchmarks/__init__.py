"""Speed and accuracy, measured on request and never inside the test suite."""
