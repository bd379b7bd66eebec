"""Does it outlive the machine it runs on? `python -m bench.cluster`: PostgreSQL under Patroni and etcd on three hosts.

The hosts are network namespaces of one machine, joined by a bridge. Two of them run all doors, a balancer stands before
them, and under load the database's primary is killed and a host is cut off, again and again.
"""
