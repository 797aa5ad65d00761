import pytest

from bench.generators import main


def test_every_size_and_name_has_a_row_and_growth_follows(capsys: pytest.CaptureFixture[str]):
    main(["0.0002", "0.0004", "popular", "implicit"])
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[:2] for row in rows[1:]] == [
        [share, name] for share in ("0.0002", "0.0004", "power") for name in ("popular", "implicit")
    ]
    assert [row[2] for row in rows[1:5]] == ["192", "192", "385", "385"]
    for row in rows[1:5]:
        assert all(float(value) >= 0 for value in row[3:])
        assert float(row[4]) > 0


def test_an_unknown_name_ends_it_with_what_is_known():
    with pytest.raises(SystemExit, match="unknown 'popluar'"):
        main(["0.0002", "popluar"])
