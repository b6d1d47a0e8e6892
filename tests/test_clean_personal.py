"""Numbers and addresses that are masked, and those that only look like it."""

import pytest

from pipeline.clean.numbers import ascii_digits, is_card, is_iban
from pipeline.clean.personal import fix_card, fix_iban, fix_mail
from pipeline.clean.phones import MOST_CHECKED, fix_phone

# examples of the SWIFT IBAN registry
IBANS = (
    *("GB29NWBK60161331926819", "DE89370400440532013000", "SA0380000000608010167519", "AE070331234567890123456"),
    *("EG380019000500000000263180002", "FR1420041010050500013M02606", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"),
)
# test numbers that Stripe and PayPal publish for each network
CARDS = (
    *("4242424242424242", "4000056655665556", "5555555555554444", "2223003122003222", "378282246310005", "6011111111111117"),
    *("30569309025904", "3566002020360505", "6200000000000005"),
)


@pytest.mark.parametrize("iban", IBANS)
def test_registered_ibans_are_known_and_one_wrong_digit_is_not(iban: str) -> None:
    assert is_iban(iban)
    assert not is_iban(iban[:-1] + str((int(iban[-1]) + 1) % 10) if iban[-1].isdecimal() else iban[:-1] + "Z")


@pytest.mark.parametrize("iban", IBANS)
def test_ibans_are_found_in_groups_small_letters_and_before_words(iban: str) -> None:
    grouped = " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
    text = f"Konto {grouped} bitte, {iban.lower()}."
    assert [text[start:end] for start, end, _ in fix_iban(text)] == [grouped, iban.lower()]


@pytest.mark.parametrize("card", CARDS)
def test_card_numbers_are_found_with_spaces_and_hyphens(card: str) -> None:
    assert is_card(card)
    for sign in ("", " ", "-"):
        written = sign.join((card[:4], card[4:8], card[8:]))
        text = f"Nr. {written} 2 mal"
        assert [text[start:end] for start, end, _ in fix_card(text)] == [written]


def test_a_card_number_with_a_wrong_digit_or_of_no_network_stays() -> None:
    assert not is_card("4242424242424241")
    assert not is_card("1234567812345670")  # the Luhn sum is right
    assert list(fix_card("4242 4242 4242 4241 und 1234567812345670")) == []


@pytest.mark.parametrize(
    "mail",
    [
        "a@b.de",
        "petra.muster+shop@beispiel.co.uk",
        "m\u00fcller@firma.de",
        "x_y-z@sub.domain.com.vn",
        "o'neil@enghraifft.cymru",
        "info [at] beispiel [dot] de",
        "x (\u00e4t) y.de",
    ],
)
def test_mail_addresses_are_found_whole_between_signs(mail: str) -> None:
    text = f"Hier:{mail}, oder...{mail}!"
    assert [text[start:end] for start, end, _ in fix_mail(text)] == [mail, mail]


def test_mail_after_arabic_letters_is_found_without_them() -> None:
    text = "\u0639\u0644\u0649ahmad@mithal.com"  # 'ala (to)
    assert list(fix_mail(text)) == [(3, len(text), "[mail]")]


@pytest.mark.parametrize("text", ["@shop", "um 5 @ Bar", "a@b", "@b.de", "preis@5.00", "(at)"])
def test_what_is_no_mail_address_stays(text: str) -> None:
    assert list(fix_mail(text)) == []


@pytest.mark.parametrize(
    "number",
    [  # the ranges that Ofcom reserves for drama, and examples of libphonenumber's metadata for the other regions
        *(
            "07700 900982",
            "01632 960001",
            "+44 808 157 0192",
            "(029) 2018 0000",
            "030 123456",
            "+49 (0)30 123456",
            "01512-3456789",
            "0049 30 123456",
        ),
        *(
            "0912 345 678",
            "0912.345.678",
            "+84 912 34 56 78",
            "0905 123 4567",
            "+63 905 123 4567",
            "051 234 5678",
            "+966 51 234 5678",
            "01001234567",
            "+20 100 123 4567",
        ),
        *("050 123 4567", "+971 50 123 4567", "\u0660\u0661\u0660\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "+1 650 253 0000"),
    ],
)
def test_phone_numbers_are_found(number: str) -> None:
    for text in (number, f"Tel. {number}.", f"({number})", f"bitte {number} anrufen", f"\U0001f4de{number}"):
        assert [text[start:end].strip("().") for start, end, _ in fix_phone(text)] == [number.strip("().")]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "03.05.2024",
            "3. 5. 2024",
            "03/05/24",
            "05-06 / 2013",
            "2024-05-03 12:30",
            "03 05 2024",
            "08:00-17:00",
            "09.00 - 18.00",
            "9h00 - 18h00",
        ),
        *(
            "1.250.000",
            "1,250,000.00",
            "10 000 000",
            "0,50 0,75",
            "0.61805619",
            "12345678",
            "01067",
            "2019-2023",
            "2 0 2 4",
            "100 000 - 200 000",
        ),
        *(
            "Bestellnummer 0301234567",
            "Order #0301234567",
            "order no: 09171234567",
            "Kunden-Nr.: 0171 2345678",
            "m\u00e3 \u0111\u01a1n h\u00e0ng 0912345678",
        ),
        *(
            "rhif archeb 01970 123456",
            "resibo 09171234567",
            "ISBN 978-3-16-148410-0",
            "ab0171234567",
            "0171234567ab",
            "123 456",
            "000000000000",
        ),
    ],
)
def test_dates_hours_prices_and_order_numbers_are_no_phone_numbers(text: str) -> None:
    assert list(fix_phone(text)) == []


def test_a_number_without_zero_counts_only_after_a_word_for_phone() -> None:
    assert list(fix_phone("920012345")) == []
    assert list(fix_phone("hotline: 920012345")) == [(9, 18, "[phone]")]


def test_two_numbers_after_each_other_are_two() -> None:
    text = "0171 2345678 0172 9876543"
    assert [text[start:end] for start, end, _ in fix_phone(text)] == ["0171 2345678", "0172 9876543"]


def test_a_long_list_of_numbers_is_masked_to_the_end() -> None:
    text = ", ".join(f"0171 {2000000 + i}" for i in range(MOST_CHECKED + 50))
    assert len(list(fix_phone(text))) == MOST_CHECKED + 50


def test_digits_of_all_scripts_keep_their_places() -> None:
    text = "a\u0661\u06f2\u0967\uff14 \U0001d7d8 \u00b2 x"
    assert ascii_digits(text) == "a1214 0 \u00b2 x"
    assert len(ascii_digits(text)) == len(text)
