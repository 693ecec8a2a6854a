"""The fence list: who was erased and what that changed in rows of others, kept so that no restore undoes it.

The list is a table of the key store, which no data backup holds, and it is mirrored to folders outside every
database, so that it outlives the key store too. It holds ids, times and numbers; texts of living persons only
as they rest, sealed under the keys of those persons.
"""
