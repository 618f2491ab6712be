//! Words of a mail that stand in one line of a page: subjects, names of people, names of files. What would break the line, hide, or
//! turn the text around is taken out.

/// Characters that nobody sees but that change how others are read.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// A text in one line without hidden characters, at most so many characters long.
pub fn one_line(text: &str, most: usize) -> String {
    // Joiners hold together what is one sign: families of people, letters of Persian.
    let joins = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
    let mut line = String::new();
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.chars().all(is_hidden) || count >= most {
            continue;
        }
        if count > 0 {
            line.push(' ');
            count += 1;
        }
        for c in word.chars().filter(|c| !is_hidden(*c) || joins(*c)) {
            if count < most {
                line.push(c);
                count += 1;
            }
        }
    }
    line.trim_end().to_owned()
}

/// Longer names of files some systems do not take.
const LONGEST_NAME: usize = 120;
const LONGEST_EXTENSION: usize = 20;

/// A name under which a file can be kept on any system, and that is what it looks like; empty where nothing of it is left.
pub fn file_name(name: &str) -> String {
    let last = name
        .rsplit(['/', '\\'])
        .find(|part| !part.trim().is_empty());
    let seen = last.unwrap_or_default().chars();
    let seen: String = seen
        .filter(|c| c.is_whitespace() || !is_hidden(*c))
        .collect();
    let line = one_line(&seen, 1000);
    let kept: String = line
        .chars()
        .map(|c| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') {
                '_'
            } else {
                c
            }
        })
        .collect();
    // What begins with a point is hidden, and what ends with one loses it on Windows.
    let kept = kept
        .trim_start_matches(['.', ' '])
        .trim_end_matches(['.', ' ']);
    if kept.is_empty() {
        return String::new();
    }
    let (stem, extension) = match kept.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty() && extension.chars().count() <= LONGEST_EXTENSION =>
        {
            (stem, format!(".{extension}"))
        }
        _ => (kept, String::new()),
    };
    let room = LONGEST_NAME - extension.chars().count() - 1;
    let stem: String = stem.chars().take(room).collect();
    let stem = stem.trim_end();
    // `con.txt` and `con.tar.gz` are the console, as `con` is.
    let first = stem.split('.').next().unwrap_or_default().trim();
    let mark = if is_reserved(first) { "_" } else { "" };
    format!("{mark}{stem}{extension}")
}

fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let numbered = |of: &str| {
        let rest = name.strip_prefix(of);
        rest.is_some_and(|rest| {
            let mut rest = rest.chars();
            matches!(rest.next(), Some('0'..='9' | '¹' | '²' | '³')) && rest.next().is_none()
        })
    };
    matches!(
        name.as_str(),
        "con" | "prn" | "aux" | "nul" | "conin$" | "conout$"
    ) || numbered("com")
        || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{file_name, is_reserved, one_line};

    #[test]
    fn lines_are_one_and_read_as_they_are_written() {
        let all = [
            ("  a \r\n\tb\u{0}c  ", "a b c"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\u{2028}b\u{feff}c\u{2066}d", "a bcd"),
            ("👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧"),
            ("\u{200b}", ""),
            ("a \u{202e} b \u{200d}", "a b"),
        ];
        for (text, line) in all {
            assert_eq!(one_line(text, 300), line, "{text:?}");
        }
        assert_eq!(one_line("abc def", 4), "abc");
        assert_eq!(one_line("éééé", 2), "éé");
    }

    #[test]
    fn names_of_files_are_safe_on_any_system() {
        let all = [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system.ini", "system.ini"),
            ("..", ""),
            (" . . ", ""),
            ("", ""),
            ("a/", "a"),
            (".htaccess", "htaccess"),
            ("con.txt", "_con.txt"),
            ("Com1", "_Com1"),
            ("nul.tar.gz", "_nul.tar.gz"),
            ("com10.txt", "com10.txt"),
            ("a<b>:\"|?*.txt", "a_b______.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\r\nb.txt", "a b.txt"),
            ("trailing. . ", "trailing"),
            ("Réponse à l’offre №1.docx", "Réponse à l’offre №1.docx"),
        ];
        for (name, safe) in all {
            assert_eq!(file_name(name), safe, "{name:?}");
        }
        let long = format!("{}.pdf", "é".repeat(500));
        assert_eq!(file_name(&long).chars().count(), 119);
        assert!(file_name(&long).ends_with("é.pdf"));
    }

    proptest! {
        #[test]
        fn no_name_is_dangerous(name in "\\PC*|[./\\\\ a-c:\u{202e}\n]*|(con|nul|com1)[. a]*") {
            let safe = file_name(&name);
            prop_assert!(safe.chars().count() <= 120);
            let dangerous = |c: char| c.is_control() || "/\\<>:\"|?*\u{202e}".contains(c);
            prop_assert!(!safe.contains(dangerous));
            prop_assert!(!safe.starts_with('.') && !safe.ends_with(['.', ' ']));
            prop_assert!(!is_reserved(safe.split('.').next().unwrap_or_default().trim()));
            prop_assert_eq!(file_name(&safe), safe);
        }
    }
}
