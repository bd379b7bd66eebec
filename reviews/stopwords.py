"""Which words say nothing of what a text is about? Those that hold sentences together, in every language there is."""

_WORDS = """
en: a about after again all also am an and any are as at be because been before being but by can could did do does
en: doing done for from get got had has have he her here him his how i if in into is it its just like me more most my
en: no not now of on once only or other our out over own s same she should so some still t than that the their them
en: then there these they this those through to too up us very was we were what when where which while who why will
en: with would you your m re ve ll d don didn doesn isn wasn couldn won
de: ab aber alle allem allen aller alles als also am an auch auf aus bei bin bis bist da damit dann das dass dem den
de: denn der des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines
de: er es etwas euch euer für hab habe haben hat hatte hatten hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in
de: ins ist ja kann mein meine mich mir mit nach nicht noch nun nur ob oder ohne schon sehr sein seine sich sie sind so
de: über um und uns unser unsere unter vom von vor war waren was weil wenn wer werden wie wieder wir wird wurde wurden
de: zu zum zur
fr: a ai au aux avec avait avez avons ce cela ces cet cette c d dans de des du elle elles en est et eu il ils j je l la
fr: le les leur leurs lui m ma mais me mes moi mon n ne nos notre nous on ont ou où par pas plus pour qu que qui s sa
fr: sans se ses si son sont sur ta te tes toi ton tu très un une vos votre vous y été était être fait suis sera
es: a al algo ante antes como con cual cuando de del desde donde durante e el ella ellas ellos en entre era es esa ese
es: eso esta estaba este esto está están fue ha había han hasta hay la las le les lo los me mi mis mucho muy más ni no
es: nos nosotros o os otra otro para pero por porque que quien se sea ser si sido sin sobre son su sus también te tiene
es: todo todos tu tus un una uno unos y ya yo él
nl: aan al alle als altijd ben bij daar dan dat de der deze die dit doch door dus een en er ge geen had heb hebben heeft
nl: hem het hier hij hoe hun iets ik in is ja je jij kan kon maar me meer men met mij mijn naar niet niets nog nu of om
nl: omdat onder ons ook op over reeds te tegen toch toen tot u uit uw van veel voor want waren was wat we wel werd wie
nl: wij wil worden wordt zal ze zei zelf zeer zich zij zijn zo zonder zou
ar: في من على إلى عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن كان كانت هو هي هم أنا نحن أنت كل قد و أو ثم أن إن
ar: لكن
ar: بعد قبل عند حتى إذا كما غير بين لقد فقط جدا أي ليس به له لها لهم
"""
STOPWORDS: frozenset[str] = frozenset(
    word.casefold() for line in _WORDS.strip().splitlines() for word in line.partition(":")[2].split()
)
