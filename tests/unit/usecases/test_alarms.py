"""Alarms: kept, told once, deleted for good."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from coffre_cli.usecases import alarms
from coffre_cli.usecases.alarms import Asked
from coffre_cli.usecases.erase import erase
from coffre_cli.vault.session import Vault
from tests.unit.usecases.conftest import House
from tests.unit.usecases.given import deposited, file


def test_news_is_told_once_even_after_missed_checks_c5(house: House) -> None:
    vault = house.open()
    alarms.add(vault, Asked(before=(7, 0)), day=date(2026, 12, 24), label="Assurance")
    assert alarms.due_now(vault) == ()
    house.clock.advance(days=40)
    first = alarms.due_now(vault)
    assert [notice.alarm.plan.label for notice in first] == ["Assurance"]
    alarms.mark_told(vault, first)
    assert alarms.due_now(vault) == ()
    vault.close()
    again = house.open()
    assert alarms.due_now(again) == ()
    again.close()


def test_what_was_not_marked_is_told_again(house: House, vault: Vault) -> None:
    alarms.add(vault, Asked(before=(0,)), day=date(2026, 11, 21), label="Loyer")
    assert len(alarms.due_now(vault)) == len(alarms.due_now(vault)) == 1


def test_an_alarm_of_a_document_is_shown_with_it(vault: Vault, tmp_path: Path) -> None:
    kept = deposited(vault, file(tmp_path, "Bail.txt", "x"))
    alarms.attach(vault, kept, "2027-03-01:Fin du bail", zone="Europe/Paris")
    (found,) = alarms.alarms_of(vault, kept)
    assert (found.plan.label, found.plan.due) == ("Fin du bail", date(2027, 3, 1))


def test_alarms_that_quote_a_document_are_deleted_with_it_and_others_stay(vault: Vault, tmp_path: Path) -> None:
    kept = deposited(vault, file(tmp_path, "Oncologie Dr Noir.txt", "x"))
    alarms.attach(vault, kept, "2027-03-01", zone="UTC")
    alarms.attach(vault, kept, "2027-03-01:Appeler l'assurance", zone="UTC")
    alarms.add(vault, Asked(), day=date(2027, 3, 1), label="Impôts")
    erase(vault, [kept])
    assert {one.plan.label for one in alarms.alarms(vault)} == {"Appeler l'assurance", "Impôts"}


def test_a_repeated_alarm_goes_on_when_it_is_done_and_a_deleted_one_is_gone(vault: Vault) -> None:
    alarm = alarms.add(vault, Asked(repeat="yearly"), day=date(2026, 11, 21), label="Impôts")
    assert alarms.done(vault, "Impôts").closed_through == date(2026, 11, 21)
    assert alarms.snooze(vault, alarm.id.hex()[:8], 3).id == alarm.id
    alarms.delete(vault, "Impôts")
    assert alarms.alarms(vault) == []


def test_an_edited_alarm_keeps_what_was_not_named(vault: Vault) -> None:
    alarms.add(vault, Asked(before=(3,), repeat="monthly"), day=date(2027, 1, 31), label="Loyer")
    edited = alarms.edit(vault, "Loyer", Asked(label="Loyer du bureau"))
    assert (edited.plan.label, edited.plan.before, edited.plan.repeat) == ("Loyer du bureau", (3,), "monthly")
