"""Made-up logs that have nothing to do with a credential of the program that writes them."""
