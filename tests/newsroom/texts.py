# ruff: noqa: E501 - articles' lines are as long as they are written
"""Articles of our own, in the shapes in which they come."""

from datetime import UTC, datetime

WHEN = datetime(2026, 3, 12, 7, 30, tzinfo=UTC)

# As copied off a news-and-radio site: site name, headline, standfirst, byline, body, furniture.
PAGE = """Mutoko Valley News and Community Radio

Ferry captains refuse to sail as harbour board withholds winter pay

Eleven captains who carry the lake's mail and milk are due before the labour court on Friday after the board stopped their wages over the storm closures

By Gabriella Clare | Mirror |

Ferries stayed tied up along the lake on Wednesday as captains waited for six weeks of pay.

Eleven “lake hands”, as they are known in the villages, say that the harbour board stopped their wages when storms closed the crossing in June.

The labour court at Chirimba is to hear their case on Friday, said their lawyer, Lt. Col. (retired) Pauline Mhofu.

Share on Facebook
Tweet
WhatsApp

Related Articles
1 of 35

Advertisement

The board’s chairman, Lt-Gen Amos Dube, said the crossing had cost 3.5 million dollars to keep open.

Photo: Tendai Moyo

“We will sail on the day we are paid,” said one of the captains, who has crossed the lake for 21 years.

© 2026 Mutoko Valley News. All rights reserved.
"""

MARKDOWN = """---
headline: "Library bus: 40 villages, one driver"
author: By Tariro Ncube and Sam Dlamini
source: The Valley Herald
language: en-GB
date: 2026-03-11T06:00:00+02:00
description: A retired bus brings books to schools that had none
---
# Library bus: 40 villages, one driver

The bus *Knowledge* left Chirimba at dawn with **2,000 books** on [new shelves](https://example.org/shelves).

![The bus](bus.jpg)

> "I have waited for this since I was six," said a teacher.

- It stops for an hour in each village.
"""

WEBPAGE = """<!doctype html>
<html lang="en"><head>
<title>Well digger finds Roman coin hoard | Hill Gazette</title>
<meta property="og:site_name" content="Hill Gazette">
<meta property="og:description" content="Four hundred coins lay nine metres down, and nobody knows how they got there">
<meta property="article:published_time" content="2026-03-10T08:00:00Z">
<style>p { color: red }</style></head>
<body>
<header><a href="/">Hill Gazette</a></header>
<nav><ul><li>Home</li><li>News</li></ul></nav>
<article>
 <h1>Well digger finds Roman coin hoard</h1>
 <p class="byline">By Owen Price</p>
 <p>Twelve men and a <b>borrowed</b> winch brought up the pot on Monday&nbsp;morning.</p>
 <figure><img src="a.jpg"><figcaption>The pot</figcaption></figure>
 <aside><p>Sign up for more</p></aside>
 <p>Sign up for our newsletter</p>
 <script>var x = "<p>not this</p>";</script>
 <p>The museum has
    taken it in.</p>
 <h3>Related Articles</h3>
 <ul><li><a href="/1">Ten best wells</a></li><li><a href="/2">Coins that vanished</a></li></ul>
</article>
<footer><p>Copyright Hill Gazette</p></footer>
</body></html>
"""
