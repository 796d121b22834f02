"""A "no" is heard in many languages, quoted, and obeyed; what merely sounds like one is not."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import Store
from sourcing.core.model import Page
from sourcing.privacy.opt_out import opt_out_clause
from tests.conftest import Sourcing
from tests.people import ADA, PEOPLE, crawl, world

NO = (
    "No recruiters please",
    "Maintainer of things. No recruiters, no exceptions. Lund.",
    "he/him | no recruiters | trains",
    "Recruiters: please don't contact me",
    "Recruiters, go away!",
    "Recruiters will be blocked",
    "recruiters not welcome",
    "#norecruiters",
    "Please do not contact me about jobs",
    "Don’t email me about new opportunities",
    "Please don't send me recruiter spam or job offers",
    "Not looking for a new job.",
    "I'm not interested in new opportunities",
    "Not open to work",
    "Currently not looking for opportunities; happy where I am",
    "Freelance. Principals only.",
    "no agencies",
    "Not for hire",
    "Bitte keine Recruiter",
    "Keine Jobangebote!",
    "Headhunter unerwünscht",
    "Ich suche derzeit keinen neuen Job",
    "Kein Interesse an Jobangeboten",
    "Nicht auf Jobsuche",
    "Pas de recruteurs, merci",
    "Recruteurs s'abstenir",
    "Pas à l'écoute du marché",
    "Je ne suis pas intéressée par des offres",
    "Merci de ne pas me contacter",
    "No reclutadores, por favor",
    "Reclutadores abstenerse",
    "No busco trabajo",
    "No estoy interesado en nuevas ofertas",
    "Sem recrutadores, por favor",
    "Não estou procurando emprego",
    "Recrutadores: não, obrigado",
    "Niente recruiter",
    "Astenersi agenzie e recruiter",
    "Non cerco lavoro",
    "Geen recruiters",
    "Acquisitie wordt niet op prijs gesteld",
    "Niet op zoek naar een nieuwe baan",
    "Nie szukam pracy",
    "Rekruterom dziękuję",
    "Bez ofert pracy",
    "Рекрутерам не писать",
    "Не ищу работу",
    "HR, просьба не беспокоить",
    "谢绝猎头",
    "猎头勿扰",
    "暂不考虑新机会",
    "請勿招聘",
    "リクルーターお断り",
    "転職は考えていません",
    "スカウトメールはご遠慮ください",
    "헤드헌터 사절",
    "이직 생각 없습니다",
    "채용 제안은 받지 않습니다",
)
INNOCENT = (
    "I used to be a recruiter",
    "Recruiters welcome!",
    "Recruiters: don't be shy, write to me",
    "Open to work",
    "Looking for a new job",
    "No longer a recruiter, now an engineer",
    "I have no problem with recruiters",
    "No recruiting experience, but years of hiring",
    "I write about why recruiters do not read code",
    "Author of a job queue that does not lose jobs",
    "Not interested in job titles",
    "Not just looking for work: looking for good work",
    "Not looking for a job right now, but happy to chat",
    "If you are not looking for a job, this list is for you",
    "Tools for engineers who are not looking for a job",
    "I don't use any framework",
    "Cold starts, cold emails, cold coffee",
    "Recruiting at Harborlight",
    "Früher Recruiter, heute Entwicklerin",
    "Ich suche einen neuen Job",
    "Headhunter willkommen",
    "Ancienne recruteuse, développeuse",
    "À la recherche d'un emploi",
    "Busco trabajo",
    "Ex reclutadora, ahora ingeniera",
    "Procuro emprego",
    "Cerco lavoro",
    "Op zoek naar een nieuwe baan",
    "Szukam pracy",
    "Ищу работу",
    "正在看新机会",
    "欢迎猎头",
    "転職活動中です",
    "이직 준비 중",
    "",
)


@pytest.mark.parametrize("bio", NO)
def test_a_no_is_heard(bio: str) -> None:
    quote = opt_out_clause(bio)
    assert quote
    assert quote.replace("'", "’") in bio.replace("'", "’")


@pytest.mark.parametrize("bio", INNOCENT)
def test_what_is_none_is_not(bio: str) -> None:
    assert opt_out_clause(bio) is None


def test_only_the_clause_that_says_it_is_quoted() -> None:
    assert (
        opt_out_clause("I run Node.js v3.2 at scale. No recruiters. I like trains.")
        == "No recruiters."
    )


@pytest.mark.parametrize("word", ["recruiters ", "not , ", "recruiters:,-", "who ", "なし転職"])
def test_a_hostile_bio_costs_no_time(word: str) -> None:
    began = time.process_time()
    opt_out_clause(word * 2000)
    assert time.process_time() - began < 2


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert (opt_out_clause(text) or "").count("\n") == 0


def bio(sourcing: Sourcing, words: str | None, now: str) -> None:
    """The next crawl shows Ada with this bio."""
    with Store(sourcing.folder / "sourcing.db") as store:
        crawl(store, replace(world(), identities=(replace(ADA, bio=words), *PEOPLE[1:])), now=now)


def test_who_says_no_is_left_alone_with_their_words_as_the_reason(sourcing: Sourcing) -> None:
    sourcing.config(outreach={"sender_name": "M", "sender_org": "N", "why": "Leaks."})
    bio(sourcing, "Schedulers. No recruiters, please.", "2026-11-16T03:00:00Z")
    assert "Ada Quill" not in sourcing("shortlist").out
    assert 'Hidden: says "No recruiters, please." (profile)' in sourcing("show", "adaq").out
    refused = sourcing("draft", "adaq")
    assert (refused.status, 'says "No recruiters' in refused.err) == (1, True)
    bio(sourcing, "Schedulers.", "2026-11-17T03:00:00Z")
    taken_back = sourcing("show", "adaq").out
    assert "No recruiters" not in taken_back
    assert "Hidden: is not to be contacted" in taken_back, "only a human undoes it"


def test_open_to_work_is_shown_and_never_scored(sourcing: Sourcing) -> None:
    sourcing.config()
    with Store(sourcing.folder / "sourcing.db") as store:
        crawl(store, world())
        before = store.rows("SELECT * FROM scores ORDER BY 1, 2")
        open_ = tuple(replace(who, hireable=True, bio="Open to work") for who in PEOPLE)
        crawl(store, Page({}, identities=open_, source_priority=2))
        assert store.rows("SELECT * FROM scores ORDER BY 1, 2") == before
    assert "Open to work, says the profile (not scored)" in sourcing("show", "adaq").out
