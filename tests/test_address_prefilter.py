"""The cheap conditions before the detectors of contact data change no result."""

from typing import Any
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sourcing.core import addresses, prefilter

_CONDITIONS = [name for name in vars(prefilter) if name.startswith(("has_", "is_"))]
_WORDS = """
@ . jane example com jane.doe example.com at AT At dot DOT [at] (at) {at} <at> _at_ -at- #at#
[dot] (dot) {dot} _dot_ ( . ) (.) # | . | punkt point ponto точка собака ТОЧКА arobase snabel-a
snabela klammeraffe ät Ät 艾特 圈a 圈A 点 gmail hotmail yahoo outlook mail e-mail contact me
reach me
write to me mail me jane#example.com + +49 0049 151 23456789 (555) 010-9999 call me CALL tel
Tel. telefon phone number is mobile whatsapp viber 手机 电话 : = 微信 号 wechat VX qq QQ号 telegram
discord skype line id kakao talk signal jane.42 t.me/ wa.me/491512 tg://resolve?domain=jane
skype:jane?call weixin://dl/chat?jane my Mİne DİSCORD
line @jane 群 加我微信 jane_88 at-sign 골뱅이 アット \\100
DE89370400440532013000 DE89 3704 0044 0532
0130 00 amFuZUBleGFtcGxlLmNvbQ== 6a616e65406578616d706c652e636f6d 1234567 12 3 -----BEGIN
-----END PGP &#64; &commat; %40 =40 +AEA- \\u0040 \\x40 ` * \\ <b> </b> <!-- x --> & % < ＠
\uff0e\u200b \xa0 é ı
"""
_PIECES = st.sampled_from([*_WORDS.split(), "\u00a0"])
_GLUE = st.sampled_from(["", " ", " ", "\n", "\t", "-", "_", "  "])
_TEXTS = st.lists(st.tuples(_PIECES, _GLUE), max_size=14).map(
    lambda parts: "".join(piece + glue for piece, glue in parts)
)


def _unconditional(text: str) -> list[tuple[int, int]]:
    """What the detectors find if every condition holds."""
    conditions: dict[str, Any] = dict.fromkeys(_CONDITIONS, lambda *_: True)
    with patch.multiple(prefilter, **conditions | {"long_words": list}):
        return addresses.find(text)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(_TEXTS, st.text(max_size=60)))
@example("jane at example dot com")
@example("write to me: jane at example.com")
@example("e-mail:\tjane at\texample.com")
@example("WhatsApp no. 0151 2345 678")
@example("jane`@`example`.`com")
@example("jane=`40example.com")
@example("jane&`#64;example.com")
@example("MAİL ME AT jane at example.com")
def test_the_conditions_change_no_result(text: str) -> None:
    assert addresses.find(text) == _unconditional(text)


def test_most_technical_texts_are_not_searched() -> None:
    text = "Fix the scheduler that waits at most 300 ms (#12345)\n\n`Queue.get()` is bounded now."
    lower, words = prefilter.lowered(text), text.split()
    assert not prefilter.is_coded(text, text.replace("`", ""))
    assert not prefilter.has_plain_at(lower, words)
    assert not prefilter.has_phone_number(text)
    assert not any(
        condition(lower)
        for condition in (
            prefilter.has_at_word,
            prefilter.has_phone_word,
            prefilter.has_messenger_id,
            prefilter.has_messenger_link,
            prefilter.has_own_account,
        )
    )
