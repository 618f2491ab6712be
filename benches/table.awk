# From the lines of benches/measure to Markdown.
function times(a, b) { return a > 0 && b > 0 ? sprintf("%.1f", a / b) : "–" }

$1 == "told" { told = $0; next }
$1 == "tickets" { tickets = $0; next }
$2 == "memory" { memory[$1] = $3; next }
# Where nothing was answered while it lasted, there is no time to speak of.
$2 == "custom" { custom[$1 "|" $3 "|" $4] = $6; next }
$2 == "compare" { compared[$1 "|" $3 "|" $4 "|" $5 "|" $6] = $7 > 0 ? $8 : "none in time"; next }
{
  if (!($2 in known)) { known[$2] = 1; names[++cases] = $2 }
  key = $1 "|" $2 "|" $3
  rps[key] = $4; p50[key] = $5; p99[key] = $6; errors[key] = $7
  sql[key] = $8; sql50[key] = $9; sql99[key] = $10; sqlerrors[key] = $11
}

END {
  large = ENVIRON["LARGE"]
  label["detail"] = "company detail"; label["search"] = "search, two beginnings"; label["choose"] = "change of sales contact"
  label["list-share"] = "list by sales contact (2.3 %), with count"; label["list-200"] = "list by sales contact (200), with count"
  for (s = 1; s <= 2; s++) {
    size = s == 1 ? "large" : "small"
    printf "### %s companies\n\n", size == "large" ? large : "10000"
    print "Requests per second and milliseconds, of the whole page and of its SQL alone."
    print ""
    print "| | connections | page /s | p50 | p99 | SQL /s | p50 | p99 | SQL / page |"
    print "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for (i = 1; i <= cases; i++) for (n = 1; n <= 16; n += 15) {
      key = size "|" names[i] "|" n
      failed = errors[key] + sqlerrors[key]
      printf "| %s | %d | %.0f | %s | %s | %.0f | %s | %s | %s |\n", (names[i] in label ? label[names[i]] : names[i]) (failed ? " (" failed " failed)" : ""),
        n, rps[key], p50[key], p99[key], sql[key], sql50[key], sql99[key], times(sql[key], rps[key])
    }
    print ""
  }
  printf "### From 10000 to %s companies\n\nHow many times longer (p50), at 1 and 16 connections; aim: at most 1.5.\n\n| | page, 1 | page, 16 | SQL, 1 | SQL, 16 |\n|---|---:|---:|---:|---:|\n", large
  for (i = 1; i <= cases; i++) {
    if (names[i] !~ /list|search/) continue
    a = "large|" names[i]; b = "small|" names[i]
    printf "| %s | %s | %s | %s | %s |\n", label[names[i]], times(p50[a "|1"], p50[b "|1"]), times(p50[a "|16"], p50[b "|16"]),
      times(sql50[a "|1"], sql50[b "|1"]), times(sql50[a "|16"], sql50[b "|16"])
  }
  print "\n### Limited users beside full ones\n"
  print "Milliseconds (p50) of the whole page: of who sees everything, of who is limited to 0.5 % of the companies or 0.7 % of the deals,"
  print "and how many times longer the limited one waits; aim: at most 2.\n"
  print "| | companies in all | connections | full | limited | limited / full |\n|---|---:|---:|---:|---:|---:|"
  for (s = 1; s <= 2; s++) for (k = 1; k <= 2; k++) for (w = 1; w <= 2; w++) for (n = 1; n <= 16; n += 15) {
    size = s == 1 ? "large" : "small"; kind = k == 1 ? "companies" : "deals"; what = w == 1 ? "all" : "searches"
    key = size "|" kind "|" what "|"
    printf "| %s, %s | %s | %d | %s | %s | %s |\n", kind, w == 1 ? "list" : "search", size == "large" ? large : "10000", n,
      compared[key "full|" n], compared[key "limited|" n], times(compared[key "limited|" n], compared[key "full|" n])
  }
  print "\n### Custom fields\n"
  print "Milliseconds (p50) of the whole page: a detail page with 40 filled custom fields beside one without any; a list with five custom"
  print "columns beside one without (aim: at most 1.2 per column, so 2); what is mine of contacts by a User field, filled on half of as many"
  print "contacts as there are companies, beside what is mine of companies by sales contact.\n"
  print "| | companies in all | connections | without | with | with / without |\n|---|---:|---:|---:|---:|---:|"
  split("detail-before detail-after list-before list-after mine-companies mine-contacts", pair, " ")
  split("detail page|list|mine, by User field", titles, "|")
  for (s = 1; s <= 2; s++) for (p = 1; p <= 3; p++) for (n = 1; n <= 16; n += 15) {
    size = s == 1 ? "large" : "small"
    a = custom[size "|" pair[2 * p - 1] "|" n]; b = custom[size "|" pair[2 * p] "|" n]
    printf "| %s | %s | %d | %s | %s | %s |\n", titles[p], size == "large" ? large : "10000", n, a, b, times(b, a)
  }
  printf "\n- Server memory at its highest: %s MB with 10000 companies, %s MB with %s; aim: under 150 MB.\n", memory["small"], memory["large"], large
  if (told) {
    split(told, t, "\t")
    print "\n### Who is told\n"
    printf "%s open streams on one server; %s changes of companies with two responsible users, 100 a second: from sending the change to\n", t[2], t[3]
    printf "the streams of both %s ms (p50), %s ms (p99; aim: 300); %s of them heard of a change only with the next one, %s not at all. ", t[6], t[7], 2 * t[3] - t[4] - t[5], t[5]
    printf "An open\nstream costs %s kB (aim: 20). A change by itself takes %s ms, and %s ms without telling anybody: %s times (aim: 1.3).\n\n", t[8], t[10], t[9], times(t[10], t[9])
  }
  if (tickets) {
    split(tickets, t, "\t")
    print "\n### The shared mailbox\n"
    printf "%s messages: %s a second are taken in, %s a second by the parser alone (with the start of the program).\n", t[2], t[4], t[3]
    printf "%s tickets in one account, milliseconds (p50) of the whole page: all open %s, mine %s, all %s (aim: 60), search %s; statistics of a year %s (aim: 500).\n\n", t[5], t[6], t[7], t[8], t[9], t[10]
  }
}
