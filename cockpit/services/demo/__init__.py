"""Eksempelby: a generated municipality with children, prices, a ledger and a budget, but without real persons."""

from cockpit.services.demo.load import load_demo
from cockpit.services.demo.write import write_demo

__all__ = ["load_demo", "write_demo"]
