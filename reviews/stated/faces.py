"""Which drawn faces are a rating? Those that say one thing to everybody."""

_DRAWN = {
    "happy": "😀 😃 😄 😁 😊 🙂 😍 🤩 😎 🥰 ☺ 😺 👍 💯 :) :-) :)) :D :-D =) :] ^^ ^_^ (: :o) :-))",
    "neutral": "😐 😑 😶 :| :-| =|",
    "unhappy": "🙁 ☹ 😞 😟 😠 😡 😢 😭 😤 🤬 😖 😣 😩 😫 👎 :( :-( :(( =( :[ ): :-(( :'( >:(",
}
FACES_DRAWN = {face: answer for answer, faces in _DRAWN.items() for face in faces.split()}
"""The answer of each face, by its signs. A wink, a grimace, a tear of laughter and a shrug are none."""
