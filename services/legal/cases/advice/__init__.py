"""Advice, brief advice, and explanations of rights; never the content of advice.

Of advice: whether it was given, when and on which topics. Brief advice is for a person without a name or a case here.
Of an explained right: which one, when, in which language, and whether the person understood.
"""
