"""The vault: one folder, its keys, and the one way to change it.

Vocabulary: a *record* is anything that lasts (document, identity, alarm, account); a *change* gathers new keys, blobs
and events and commits them by one frame of the log; a *fold* makes the index from the log. Rules: blobs, then keys,
then the frame, then the index, and only then is anything said (docs/format/).
"""
