"""Words in author fields, by language: prefixes such as "by", and words that are not in names.

Tables to read and extend. They err towards nobody: a wrong person is worse than none.
"""

#: Words before a name that always mean "by" or "author", lower case.
PREFIXES = frozenset({
    # en, de, fr
    "by", "author", "authors", "editor", "editors", "written by", "posted by", "published by",
    "created by", "words by", "text by", "story by", "contributed by",
    "autor", "autorin", "autoren", "verfasser", "verfasst von", "geschrieben von", "erstellt von",
    "veröffentlicht von", "gepostet von", "publiziert von", "beitrag von", "ein beitrag von",
    "ein artikel von", "text von",
    "auteur", "auteure", "auteurs", "auteurice", "écrit par", "publié par", "rédigé par",
    "posté par", "proposé par", "un article de", "article de", "un billet de",
    # es, pt, ca, it
    "autora", "autores", "autoras", "escrito por", "publicado por", "redactado por", "creado por",
    "postado por", "enviado por", "texto de", "un artículo de", "escrit per", "publicat per",
    "autore", "autrice", "autori", "scritto da", "pubblicato da", "postato da", "redatto da",
    "a cura di", "inserito da", "articolo di",
    # nl, sv, da, no, fi
    "geschreven door", "gepubliceerd door", "geplaatst door", "gepost door", "een artikel van",
    "författare", "skriven av", "skrivet av", "publicerad av", "publicerat av", "text av",
    "forfatter", "skrevet av", "skrevet af", "publisert av", "udgivet af", "lagt ut av", "tekst av",
    "kirjoittanut", "kirjoittaja", "kirjoittajat", "tekijä",
    # pl, cs, sk, ru, uk, ro, hu, tr, el
    "autorka", "autorzy", "napisane przez", "opublikowane przez", "dodane przez", "napisał",
    "napisała", "napsal", "napsala", "autoři", "publikoval", "napísal", "napísala",
    "автор", "авторы", "автор статьи", "написал", "написала", "опубликовал", "опубликовала",
    "опубликовано", "автори", "опублікував", "написав",
    "scris de", "publicat de", "autorul", "írta", "szerző", "szerzők", "yazar", "yazan", "yazarlar",
    "συγγραφέας", "γράφει ο", "γράφει η",
    # id, vi, ar, he
    "penulis", "ditulis oleh", "diposting oleh", "tác giả", "viết bởi", "đăng bởi", "người viết",
    "الكاتب", "بقلم", "كتب", "מאת",
    # ja, zh, ko
    "著者", "筆者", "執筆者", "執筆", "作成者", "投稿者", "作者", "撰文", "撰稿", "编辑", "編輯",
    "发布者", "發布者", "责任编辑", "작성자", "글쓴이", "저자", "지은이",
})  # fmt: skip
#: Prepositions that also begin names: a prefix only before two words or more.
PREPOSITIONS = frozenset(
    ["von", "par", "por", "door", "av", "af", "per", "di", "da", "przez", "od", "от", "від", "oleh",
     "bởi", "από", "από τον", "από την", "of"]
)  # fmt: skip
#: Words behind a name that mean "written by".
SUFFIXES = ("tarafından", "tarafından yazıldı", "著", "作", "さん", "님", "씨", "记者")

#: One of these words makes it an organisation, an office, a job or a part of the page.
NOT_IN_NAMES = frozenset(
    """
    academy admin administrator ai alliance anonymous association author authors blog blogs co
    collective committee community company contributors core corp corporation data department dev
    developer developers devrel director division editor editorial editors email engineer
    engineering engineers first foundation founder gmbh group guest head inc initiative institute
    intern lab labs lead llc ltd maintainers manager marketing media member news newsroom office
    officer official open organization organisation platform press product project publisher
    research reporter researcher science scientist senior site software source staff studio support
    systems team teams technologies technology the university user webmaster website working writer
    your about all article articles contact creator follow hello me more my our posts profile
    published read see share subscribe updated view welcome automation bot bots chief cloud
    communications consulting github gitlab pages council crew desk digital docs documentation
    guild home infrastructure infra insights learning machine maintainer newsletter notes
    operations powered program programme release releases security services society solutions squad
    tech tutorial wg

    sign login logout signup register hire join download search menu toggle previous comment
    comments reply replies tags tag category categories archive archives minutes minute sponsor
    sponsored advertisement cookie cookies privacy undefined null none unknown untitled nobody
    placeholder username firstname lastname

    redaktion redakteur gastautor gastbeitrag autor autorin autoren anmelden registrieren impressum
    datenschutz kontakt weiterlesen über uns startseite kommentare kommentar veröffentlicht
    aktualisiert teilen lesezeit minuten entwickler entwicklung verlag unternehmen abteilung
    mitarbeiter suche beiträge unbekannt veröffentlichung gepostet verfasst geschrieben

    équipe rédaction rédacteur invité auteur auteurs connexion connecter inscription lire suite
    propos accueil partager publié commentaires commentaire lecture recherche développeur société
    entreprise tous inconnu anonyme

    equipo redacción redactor invitado autores iniciar sesión registrarse contacto leer más acerca
    inicio compartir publicado comentarios comentario lectura buscar empresa desarrollador todos
    desconocido anónimo administrador equipe equipa redação convidado entrar cadastrar contato ler
    mais sobre início compartilhar leitura comentários desenvolvedor desconhecido

    redazione redattore ospite accedi registrati contatti leggi altro condividi pubblicato commenti
    lettura cerca azienda sviluppatore sconosciuto squadra

    redactie redacteur gastauteur inloggen registreren reacties leestijd zoeken
    bedrijf ontwikkelaar onbekend gepubliceerd redaktionen gästskribent logga läs dela författare
    redaktionen forfatter gæst toimitus kirjoittaja

    zespół redakcja redaktor gość zaloguj zarejestruj czytaj więcej udostępnij komentarze szukaj
    firma programista nieznany opublikowano redakce přihlásit

    команда редакция редактор гость автор авторы администратор админ войти вход регистрация контакты
    читать далее нас главная поделиться опубликовано комментарии комментарий поиск компания
    разработчик неизвестно аноним редакція увійти

    takım ekibi editör yazar giriş kayıt yorum yorumlar paylaş
    """.split()  # noqa: SIM905 - one word a line would be 400 lines
)
#: Whole texts that are part of a page although each word may be in a name, lower case.
PHRASES = frozenset({
    "sign in", "log in", "sign up", "log on", "back to", "go back", "next post", "load more",
    "über mich", "chi sono", "chi siamo", "qui suis", "se connecter", "quem somos", "over ons",
    "over mij", "o nas", "o mnie", "о нас", "о себе", "om oss", "om mig", "om os", "sobre mí",
    "john doe", "max mustermann", "first last", "hakkımda", "lees meer", "mehr lesen",
})  # fmt: skip
#: One of these in a name without spaces makes it none.
NOT_IN_CJK_NAMES = (
    "著者", "筆者", "編集", "编辑", "編輯", "執筆", "作者", "投稿", "チーム", "部", "管理",
    "ログイン", "ホーム", "運営", "会社", "公司", "株式", "開発", "开发", "開發", "事務", "問い",
    "続き", "広報", "团队", "團隊", "登录", "登入", "注册", "註冊", "首页", "首頁", "技术",
    "技術", "小编", "佚名", "匿名", "更多", "分享", "关于", "關於", "博客", "ブログ", "記事",
    "文章", "作成", "関係", "官方", "公式", "无名", "未知", "不明", "작성", "관리", "편집",
    "로그인", "회사", "개발", "운영", "더보기", "저자", "글쓴", "블로그", "공유",
)  # fmt: skip
