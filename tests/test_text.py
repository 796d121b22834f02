"""Text from strangers: no address gets through, file names do, nothing breaks a file."""

import re
import timeit
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing.core.text import MASK, clean, clean_line, fold, has_address, mask_addresses
from sourcing.privacy.address_detector import contains_address


@pytest.mark.parametrize(
    "text",
    [
        "jane.doe@mail.example",
        "mailto:jane@mail.example",
        "Signed-off-by: Jane <jane+x@sub.mail.example>",
        "1234+jane@users.noreply.forge.example",
        "jörg@büro.example",
        "jane@mail.md",
        "jane@xn--bro-hoa.xn--p1ai",
        "ask jane@mail.example/joe@mail.example",
        "https://lists.example/r/2026.1-jane@mail.example/",
        "https://x.example/?to=jane%40mail.example&cc=1",
        "jane\uff20mail.example",
    ],
)
def test_addresses_are_masked(text: str) -> None:
    assert has_address(text)
    masked = mask_addresses(text)
    assert MASK in masked
    assert not has_address(masked)
    assert "mail.example" not in masked


@pytest.mark.parametrize(
    "text",
    [
        "icon@2x.png",
        "git@forge.example:owner/name.git",
        "pkg@1.2.3",
        "src/icon@2x.png",
        "zap/v2@v1.21.0",
        "https://x.example/@jane/1",
        "@jane please look",
        "unit@node.service",
        "a @ b.c",
        "x@y",
    ],
)
def test_file_names_and_mentions_are_spared(text: str) -> None:
    assert not has_address(text)
    assert mask_addresses(text) == text


SPELLINGS = """\
jane@163.com|12345678@qq.com|jane@1.mail.example|jane@21cn.com|_jane@mail.example_|jane@mail.example2
dump_jane@mail.example_2024.tar|jane@mail.exampleまで|邮箱jane@mail.example欢迎|jane\u00ad@mail.example
jane@\u200dmail.example|jane@mail\u3002example|jane@mail\u2024example|ｊａｎｅ＠ｍａｉｌ．ｅｘａｍｐｌｅ
"jane doe"@mail.example|jane@[192.0.2.10]|jane@192.0.2.10|jane@[IPv6:2001:db8::1]
jane%2540mail.example|jane&#64;mail.example|jane&amp;#x40;mail.example|jane@mail&period;example|jane@<b>mail</b>.example
jane<!-- x -->@mail.example|jane\\@mail.example|`jane`@`mail.example`|jane @ mail.example
jane@mail. example|{"to":"jane\\u0040mail.example"}
'jane' + '@' + 'mail.example'
jane@mail.service|@jane:matrix.mail.example|\u202eelpmaxe.liam@enaj|moc.liam@enaj|jane=40mail.example
jane+AEA-mail.example|jane[@]mail.example|jane@mail[.]example|jane at mail dot example
jane [at] mail [dot] example|jane(at)mail.example|jane_at_mail_dot_example|jane AT mail.example
jane arobase mail point com|jane (ät) mail punkt de|jane艾特mail点com|jane#mail.com|janedoe at gmail
email me: jane at mail.example|j a n e @ m a i l . c o m|amFuZUBtYWlsLmV4YW1wbGU=
6a616e65406d61696c2e6578616d706c65|+49 151 23456789|call me: (555) 010-9999|t.me/janedoe
wa.me/4915123456789|微信: jane_doe123|QQ: 123456789|Signal: jane.42|skype: jane.doe.42
my gmail is janedoe|DE89370400440532013000|Discord: janedoe#1234|WhatsApp: 015123456789"""


@pytest.mark.parametrize(
    "spelling", [*re.split(r"\|(?! )|\n(?=\S)", SPELLINGS), "jane@\nmail.example"]
)
def test_no_spelling_of_an_address_remains(spelling: str) -> None:
    masked = mask_addresses(f"The worker waited. {spelling} was asked.")
    assert MASK in masked
    assert not has_address(masked)
    readable = unicodedata.normalize("NFKC", masked).lower()
    assert not ("jane" in readable and "mail" in readable), readable


TECHNICAL = """\
pip install torch@2.1.0+cu118|uses actions/checkout@v4|`@app.route("/v1/x")`|out = a @ b.T
attn = q @ k.transpose(-2, -1)|npm i @types/node@18.0.0|engine@sha256:9f86d081884c7d65|mAP@[.5:.95]
golang.org/x/net@v0.17.0|thanks @odalys for it|clone git@forge.example:kiln/engine.git|recall@10
loss @ step 100 was 2.1|p99 at load dot product|look at example code|s3://bucket/key@version=3
commit 3f2a@{upstream}|@pytest.mark.parametrize("n", [1])|getty@tty1.service|memcpy@GLIBC_2.14
lodash@npm:4.17.21|@@ -1,2 +3,4 @@ def foo.bar(x)|root@node1:~#|hosted at forge.example|1e+10
see docs at docs.kiln.dev|created_at_dot|foo_at_bar.io|timeout=40s|signal: killed|discord: join us
my email is not verified|UTC+02:00|2026-11-16 03:00:00|10.0.0.1:8080|A@B.mT|x @ y.to(device)
+2.19  2026-11-07  reliability|+12.5 3.41 22.98 7.5|+1.71 2026-09-21"""


@pytest.mark.parametrize("text", re.split(r"\||\n", TECHNICAL))
def test_technical_text_keeps_its_at_signs(text: str) -> None:
    sentence = f"It failed since {text} was set."
    assert mask_addresses(sentence) == sentence


@given(st.text(), st.sampled_from(["jane@mail.example", "jane\uff20mail.example"]), st.text())
def test_what_is_masked_satisfies_the_checker(before: str, address: str, after: str) -> None:
    masked = mask_addresses(f"{before} {address} {after}")
    assert not has_address(masked)
    assert not contains_address(masked)


@pytest.mark.parametrize("unit", ["@", "a", "a@", "at ", "_at_", "(at)", "a.b@c", "<a ", "+1 1"])
def test_masking_takes_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        return min(timeit.repeat(lambda: mask_addresses(text), number=1, repeat=3))

    assert seconds(24_000) < 12 * seconds(6_000) + 0.05


@given(st.text(), st.integers(20, 200))
def test_cleaned_text_is_bounded_writable_and_without_addresses(text: str, limit: int) -> None:
    cleaned = clean(text + " jane@mail.example " + text, limit)
    assert len(cleaned) <= limit
    assert not has_address(cleaned)
    assert "\x00" not in cleaned.encode("utf-8").decode()
    assert "\n" not in clean_line(text, limit)


@given(st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Ll"])))
def test_lone_surrogates_and_marks_do_not_survive(text: str) -> None:
    assert not set(clean(text, 50)) & {"\u202e", "\u2066", "\ufeff", "\x1b", "\r"}


def test_names_are_compared_without_case_accents_and_signs() -> None:
    assert fold("José  Ñandú-Ruiz") == fold("jose nandu ruiz")
    assert fold("王小明") != fold("王小红")
