"""Events about an agency or a member of staff never create a case at a consumer."""

import pytest

from services.registry import parts_of


@pytest.mark.parametrize("service", ["legal", "support"])
@pytest.mark.parametrize("noun", ["agency", "staff", "supervision"])
def test_only_what_is_about_a_case_makes_one(service: str, noun: str) -> None:
    [cases] = [each for each in parts_of(service)[0].following.projections if each.name == "cases"]
    assert "intake.contact.opened" in cases.reads
    assert [key for key in cases.reads if key.split(".")[1] == noun] == []
