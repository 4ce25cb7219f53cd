"""Finds by itself what there is to try as another tenant: the models and the addresses of the project.

`rows` makes a row of every model that belongs to a tenant, `models` tries to reach it by queries, `routes` walks the
addresses and `visits` calls each. What cannot be found out is said in `told`.
"""
