"""Measurements that no test makes: how long things take, and how much memory, over large warehouses."""
