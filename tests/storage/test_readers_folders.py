from storage import readers


def test_a_folder_gives_its_readable_files_in_order_and_nothing_of_ours(tmp_path):
    ours = ("library.texts/e.text", "library.backups/f.txt", "library.pages/h.html")
    for name in ("b.md", "a.txt", "deep/c.TXT", ".hidden.txt", ".venv/d.txt", *ours):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Text.", encoding="utf-8")
    (tmp_path / "g.exe").write_text("no", encoding="utf-8")
    found = [path.relative_to(tmp_path).as_posix() for path in readers.files_in(tmp_path)]
    assert found == ["a.txt", "b.md", "deep/c.TXT"]
