
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const WORDS = {track: ["Music", "music"], sustainer: ["Music", "music"], bulletin: ["News", "news"], story: ["News", "news"],
    ident: ["Station", "station"], sweeper: ["Station", "station"], promo: ["Promo", "station"], file: ["Programme", "music"],
    live: ["Live", "news"], emergency: ["Stand-in", "station"]};
  const LAMP = {on: "On air", cover: "Stand-in", off: "Off air"};
  const station = document.body.dataset.station, burst = Number(document.body.dataset.burst) || 0;
  let status = null, skew = 0, misses = 0, shown = "";

  // ---- the player -----------------------------------------------------------------------------
  // Stop drops the connection; play opens a new one at the live edge. `since` is the air time of the
  // first sound of this connection, so that the page can show what is heard, not what is sent.
  const audio = new Audio();
  audio.preload = "none";
  const play = $("play"), select = $("quality").querySelector("select");
  let wanted = false, since = 0, tries = 0, timer = 0, word = "";
  const say = (text, pressed) => {
    if (text !== word) { $("playword").textContent = word = text; }
    play.setAttribute("aria-pressed", String(pressed));
  };
  const connect = () => {
    clearTimeout(timer);
    timer = 0;
    since = airNow() - burst * 1000;
    audio.src = select.value;
    say("Connecting…", true);
    audio.play().catch((error) => {
      if (error.name === "NotAllowedError") stop();
      else if (error.name !== "AbortError") again();
    });
  };
  const again = () => {
    if (!wanted || timer) return;
    say("Reconnecting…", true);
    timer = setTimeout(connect, Math.min(15000, 1000 * 2 ** tries++));
  };
  const stop = () => {
    wanted = false;
    clearTimeout(timer);
    timer = 0;
    audio.pause();
    audio.removeAttribute("src");
    audio.load();
    say("Listen live", false);
    draw();
  };
  const toggle = () => { if (wanted) stop(); else { wanted = true; tries = 0; connect(); } };
  audio.addEventListener("playing", () => { tries = 0; say("Stop", true); draw(); });
  audio.addEventListener("error", again);
  audio.addEventListener("ended", again);
  let heard = 0, stuck = 0;
  setInterval(() => {  // a connection that gives nothing for 10 s is given up
    if (!wanted || timer) { stuck = 0; return; }
    stuck = audio.currentTime === heard ? stuck + 1 : 0;
    heard = audio.currentTime;
    if (stuck >= 10) { stuck = 0; again(); }
  }, 1000);
  play.addEventListener("click", toggle);
  play.hidden = false;
  say("Listen live", false);
  select.addEventListener("change", () => { if (wanted) connect(); });
  const slider = $("volume").querySelector("input");
  slider.addEventListener("input", () => { audio.volume = slider.value / 100; });
  $("volume").hidden = false;
  if ("mediaSession" in navigator) {
    navigator.mediaSession.setActionHandler("play", () => { if (!wanted) toggle(); });
    for (const action of ["pause", "stop"]) navigator.mediaSession.setActionHandler(action, stop);
  }

  // ---- the page -------------------------------------------------------------------------------
  const airNow = () => Date.now() + skew;
  const listening = () => wanted && !audio.paused && audio.currentTime > 0;
  const heardAt = () => (listening() ? Math.min(airNow(), since + audio.currentTime * 1000) : airNow());
  const pad = (number) => String(number).padStart(2, "0");
  const length = (seconds) => {
    const s = Math.max(0, Math.floor(seconds)), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    return (h ? h + ":" + pad(m) : m) + ":" + pad(s % 60);
  };
  const make = (tag, name, text) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  };
  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  // The times in the document carry the station's offset: their own digits are the station's clock.
  const clock = (iso) => iso.slice(11, 16);
  const time = (iso, text) => { const node = make("time", "", text); node.dateTime = iso; return node; };
  const fill = (list, items, row, none) => {
    const text = JSON.stringify(items);
    if (list.dataset.of === text) return;
    list.dataset.of = text;
    list.replaceChildren(...(items.length ? items.map(row) : [make("li", "none", none)]));
  };
  const row = (item) => {
    const [text, name] = WORDS[item.kind] || ["", ""], li = make("li"), what = make("span", "what");
    what.append(make("b", "", item.headline || item.title));
    if (item.artist) what.append(" ", make("i", "", item.artist));
    li.append(time(item.at, clock(item.at)), make("span", "kind " + name, text), what);
    return li;
  };
  const listed = (items) => items.filter((item) => !["ident", "sweeper", "emergency"].includes(item.kind));
  const story = ([item, reading]) => {
    const li = make("li", reading ? "reading" : ""), credit = make("p", "credit");
    const heading = make("h3", "", item.page ? "" : item.headline);
    if (item.page) { const link = make("a", "", item.headline); link.href = item.page; heading.append(link); }
    li.append(heading);
    if (item.description) li.append(make("p", "", item.description));
    if (reading) credit.append(make("em", "", "Being read now"), " · ");
    if (item.source) credit.append(item.source + " · ");
    const day = new Date(item.at.slice(0, 10) + "T12:00Z").toLocaleDateString("en", {weekday: "short", timeZone: "UTC"});
    credit.append(time(item.at, day + " " + clock(item.at)));
    li.append(credit);
    return li;
  };
  // What is on at a moment: now, or as far back as the burst lies behind the live edge.
  const onAt = (moment) => {
    const now = status.on_air;
    if (!now || Date.parse(now.started_at) <= moment) return now && {...now, at: now.started_at};
    return status.history.find((item) => Date.parse(item.at) <= moment) || {...now, at: now.started_at};
  };
  const draw = () => {
    if (!status) return;
    const moment = heardAt(), item = onAt(moment);
    const covered = item && item.kind === "emergency";
    const lamp = misses > 2 || !status.output.sound ? "off" : covered ? "cover" : "on";
    $("lamp").className = "lamp " + lamp;
    put($("lamptext"), LAMP[lamp]);
    put($("note"), misses > 2 ? "The station cannot be reached. Trying again…"
      : lamp === "off" ? "No sound is going out at the moment. We are on it."
      : covered ? "Stand-in music plays until the studio is ready." : "");
    const [kind, name] = (item && WORDS[item.kind]) || ["", ""];
    $("kind").hidden = !item || covered;
    $("kind").className = "kind " + name;
    put($("kind"), kind);
    const heading = !item ? "Coming on the air" : covered ? "Just a moment" : item.headline || item.title || item.stream_title;
    put($("heading"), heading);
    $("heading").className = heading.length > 64 ? "long" : "";
    put($("by"), (item && !covered && item.artist) || "");
    document.title = item ? heading + " · " + station : station;
    if (shown !== heading && "mediaSession" in navigator && window.MediaMetadata) {
      navigator.mediaSession.metadata = new MediaMetadata({title: heading, artist: (item && item.artist) || station, album: station});
    }
    shown = heading;
    const played = item ? Math.max(0, moment - Date.parse(item.at)) / 1000 : 0, all = item && item.duration_s, needle = $("needle");
    put($("elapsed"), item ? length(all ? Math.min(played, all) : played) : "");
    put($("left"), all ? length(all) : "");
    const share = all ? Math.min(100, 100 * played / all) : -9;
    needle.setAttribute("x1", share);
    needle.setAttribute("x2", share);
    $("dial").setAttribute("aria-valuenow", Math.max(0, Math.round(share)));
    const offset = /([+-])(\d\d):(\d\d)$/.exec(status.station.now);
    const minutes = offset ? (offset[1] + 1) * (offset[2] * 60 + Number(offset[3])) : 0;
    const local = new Date(airNow() + minutes * 60000);
    put($("clock"), pad(local.getUTCHours()) + ":" + pad(local.getUTCMinutes()));
    fill($("headlines"), status.newsroom.headlines.slice(0, 12).map((s) => [s, !!item && item.headline === s.headline]), story,
      "No stories just now.");
  };
  const refresh = async () => {
    try {
      const asked = Date.now(), answer = await fetch("/status", {cache: "no-store", signal: AbortSignal.timeout(8000)});
      if (!answer.ok) throw new Error(answer.status);
      const fresh = await answer.json();
      skew = Date.parse(fresh.station.now) - (asked + Date.now()) / 2;
      status = fresh;
      misses = 0;
      fill($("next"), listed(status.next).slice(0, 6), row, "To be announced.");
      fill($("history"), listed(status.history).slice(0, 12), row, "Nothing yet: the station has just come on.");
      const count = status.listeners.current;
      put($("listeners"), count === 1 ? "1 listener" : count.toLocaleString("en") + " listeners");
    } catch {
      misses++;
    }
    draw();
  };
  // A page nobody looks at and nobody hears asks for nothing.
  const look = () => { if (!document.hidden || wanted) refresh(); };
  setInterval(look, 5000);
  setInterval(() => { if (!document.hidden || wanted) draw(); }, 1000);
  document.addEventListener("visibilitychange", look);
  refresh();

  // ---- addresses to copy ----------------------------------------------------------------------
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = button.firstChild, before = text.data;
      try { await navigator.clipboard.writeText(button.dataset.copy); text.data = "Copied"; } catch { text.data = "Not copied"; }
      setTimeout(() => { text.data = before; }, 2000);
    });
  }
})();
