"""Styringscockpit: budget, actuals, a calibrated forecast and scenarios for children's services."""

VERSION = "0.1.0"
