"""Actions on matter files. They never raise the case's version: that would reveal that a file exists.

Their events contain only tasks, for the matter's own team.
"""

from services.legal.matters.matter_file.actions.barriers import ON_TIMER, barriers_shown, lift_barrier
from services.legal.matters.matter_file.actions.opening import (
    close,
    decide_opening,
    open_file,
    record_privilege,
    record_stage,
    review,
    waive_privilege,
)
from services.legal.matters.matter_file.actions.reading import due, file_shown, files_shown, own_open_files
from services.legal.matters.matter_file.actions.team import hand_over, join, keep_apart, set_apart
from services.legal.matters.matter_file.actions.waiting import (
    answer_date,
    check_date,
    move_date,
    need_document,
    receive_document,
    record_date,
)

__all__ = [
    "ON_TIMER",
    "answer_date",
    "barriers_shown",
    "check_date",
    "close",
    "decide_opening",
    "due",
    "file_shown",
    "files_shown",
    "hand_over",
    "join",
    "keep_apart",
    "lift_barrier",
    "move_date",
    "need_document",
    "open_file",
    "own_open_files",
    "receive_document",
    "record_date",
    "record_privilege",
    "record_stage",
    "review",
    "set_apart",
    "waive_privilege",
]
