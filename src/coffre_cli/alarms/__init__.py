"""Alarms: what is due, when it is told, and how it comes round again. All pure: no clock, no disk, no vault.

Vocabulary: a *plan* is what the user asked for; an *occurrence* is one deadline of it, named by its local date (a plan
comes at most once a day); a *lead* is a number of days between a notice and its occurrence; a *notice day* is the
local date, at the plan's own hour, when a lead falls. (alarm, occurrence, lead) is one piece of news, told once.

Rules: everything is computed in local dates and becomes an instant last, by the plan's IANA zone. What was told is one
date per alarm: notices fall in order, so all those planned up to that day have been told and none after it.
"""
