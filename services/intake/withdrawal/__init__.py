"""The end of an agency's part: a withdrawn consent or a reversed sharing, and the agency's answer."""
