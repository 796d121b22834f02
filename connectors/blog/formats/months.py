"""Names of months by language (ISO 639-1), as they occur in dates. It parses nothing."""

from collections.abc import Mapping

#: Twelve groups separated by "|"; forms of one month separated by a space. A word counts with
#: or without a final full stop.
_NAMES = {
    "en": "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug"
    "|september sept sep|october oct|november nov|december dec",
    "de": "januar jänner jan jän|februar feber feb|märz mär mrz|april apr|mai|juni jun|juli jul"
    "|august aug|september sept sep|oktober okt|november nov|dezember dez",
    "fr": "janvier janv|février févr fév|mars|avril avr|mai|juin|juillet juil|août aout"
    "|septembre sept|octobre oct|novembre nov|décembre déc",
    "es": "enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago"
    "|septiembre setiembre sept sep|octubre oct|noviembre nov|diciembre dic",
    "pt": "janeiro jan|fevereiro fev|março mar|abril abr|maio mai|junho jun|julho jul|agosto ago"
    "|setembro set|outubro out|novembro nov|dezembro dez",
    "it": "gennaio genn gen|febbraio febbr feb|marzo mar|aprile apr|maggio magg mag"
    "|giugno giu|luglio lug|agosto ago|settembre sett set|ottobre ott|novembre nov|dicembre dic",
    "nl": "januari jan|februari feb|maart mrt|april apr|mei|juni jun|juli jul|augustus aug"
    "|september sept sep|oktober okt|november nov|december dec",
    "ru": "января январь янв|февраля февраль фев февр|марта март мар|апреля апрель апр|мая май"
    "|июня июнь июн|июля июль июл|августа август авг|сентября сентябрь сен сент"
    "|октября октябрь окт|ноября ноябрь ноя нояб|декабря декабрь дек",
    "uk": "січня січень січ|лютого лютий лют|березня березень бер|квітня квітень кві квіт"
    "|травня травень тра трав|червня червень чер|липня липень лип|серпня серпень сер"
    "|вересня вересень вер|жовтня жовтень жов|листопада листопад лис|грудня грудень гру",
    "pl": "stycznia styczeń sty|lutego luty lut|marca marzec mar|kwietnia kwiecień kwi|maja maj"
    "|czerwca czerwiec cze|lipca lipiec lip|sierpnia sierpień sie|września wrzesień wrz"
    "|października październik paź|listopada listopad lis|grudnia grudzień gru",
    "cs": "ledna leden|února únor|března březen|dubna duben|května květen|června červen"
    "|července červenec|srpna srpen|září|října říjen|listopadu listopad|prosince prosinec",
    "sk": "januára január|februára február|marca marec|apríla apríl|mája máj|júna jún|júla júl"
    "|augusta august|septembra september|októbra október|novembra november|decembra december",
    "sv": "januari jan|februari feb|mars mar|april apr|maj|juni jun|juli jul|augusti aug"
    "|september sept sep|oktober okt|november nov|december dec",
    "da": "januar jan|februar feb|marts mar|april apr|maj|juni jun|juli jul|august aug"
    "|september sept sep|oktober okt|november nov|december dec",
    "no": "januar jan|februar feb|mars mar|april apr|mai|juni jun|juli jul|august aug"
    "|september sept sep|oktober okt|november nov|desember des",
    "fi": "tammikuuta tammikuu|helmikuuta helmikuu|maaliskuuta maaliskuu|huhtikuuta huhtikuu"
    "|toukokuuta toukokuu|kesäkuuta kesäkuu|heinäkuuta heinäkuu|elokuuta elokuu"
    "|syyskuuta syyskuu|lokakuuta lokakuu|marraskuuta marraskuu|joulukuuta joulukuu",
    "tr": "ocak oca|şubat şub|mart mar|nisan nis|mayıs may|haziran haz|temmuz tem|ağustos ağu"
    "|eylül eyl|ekim eki|kasım kas|aralık ara",
    "ro": "ianuarie ian|februarie feb|martie mar|aprilie apr|mai|iunie iun|iulie iul|august aug"
    "|septembrie sept|octombrie oct|noiembrie noi|decembrie dec",
    "hu": "január jan|február febr|március márc|április ápr|május máj|június jún|július júl"
    "|augusztus aug|szeptember szept|október okt|november nov|december dec",
    "el": "ιανουαρίου ιαν|φεβρουαρίου φεβ|μαρτίου μαρ|απριλίου απρ|μαΐου μαι|ιουνίου ιουν"
    "|ιουλίου ιουλ|αυγούστου αυγ|σεπτεμβρίου σεπ|οκτωβρίου οκτ|νοεμβρίου νοε|δεκεμβρίου δεκ",
    "ca": "gener gen|febrer febr|març|abril abr|maig|juny|juliol jul|agost ag|setembre set"
    "|octubre oct|novembre nov|desembre des",
    "id": "januari jan|februari feb|maret mar|april apr|mei|juni jun|juli jul|agustus agt"
    "|september sep|oktober okt|november nov|desember des",
    "ar": "يناير|فبراير|مارس|أبريل ابريل|مايو|يونيو|يوليو|أغسطس اغسطس|سبتمبر|أكتوبر اكتوبر"
    "|نوفمبر|ديسمبر",
}


def _table(names: str) -> dict[str, int]:
    months = names.split("|")
    return {word: number for number, words in enumerate(months, 1) for word in words.split()}


#: Language → word → month.
BY_LANGUAGE: Mapping[str, Mapping[str, int]] = {code: _table(n) for code, n in _NAMES.items()}
#: Words that mean the same month in every language that has them.
UNAMBIGUOUS: Mapping[str, int] = {
    word: number
    for table in BY_LANGUAGE.values()
    for word, number in table.items()
    if all(other.get(word, number) == number for other in BY_LANGUAGE.values())
}
#: Languages that write 7/5/2026 for the 7th of May.
DAY_FIRST = frozenset(BY_LANGUAGE) - {"en", "hu"} | {"nb", "nn", "vi", "bg", "hr", "sr", "sl"}
