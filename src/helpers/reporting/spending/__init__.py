"""The ledger of the type I error that looks have spent."""
