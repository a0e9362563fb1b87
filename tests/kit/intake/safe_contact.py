"""The safe contact of a person, as recorded by intake."""

from typing import Any

ANY_TIME: dict[str, Any] = {
    "channels": ["phone", "in_person"],
    "unsafe": ["letter"],
    "zone": "Europe/Bucharest",
    "code_word": "păpădie",
    "if_another_answers": "say_agreed_story",
    "story": "The library asks for its books",
    "warning": "Her brother reads the letters",
}
