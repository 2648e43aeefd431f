//! The catalogue of headings: whole texts, the headings that stand in them, and lines that look
//! like headings and are text.

use inkbind::backend::dump::role_name;
use inkbind::book::{Book, Chapter};
use inkbind::options::TextOptions;
use inkbind::text::Text;
use inkbind::understand;

const CATALOGUE: &str = include_str!("../fixtures/structure/headings.tsv");

/// Lines of the texts are wrapped at this column.
const WRAP: usize = 68;

/// Sentences to fill the space between headings, by language.
fn sentences(language: &str) -> &'static [&'static str] {
    match language {
        "de" => &[
            "Die Fähre verließ den Kai um sechs, wie jeden Morgen, seit die Brücke eingestürzt war, und niemand sah ihr nach.",
            "Hanne zählte die Säcke zweimal und schrieb die kleinere Zahl ins Buch, weil ihr Onkel nur diese glauben würde.",
            "Gegen Mittag drehte der Wind nach Westen, und der ganze Hafen roch nach Teer, nassem Tauwerk und Orangen.",
            "Am Abend wurden die Lampen entlang der Mauer angezündet, eine nach der anderen, und der Junge sang dazu.",
            "Der Schreiber brachte zwei Tassen Kaffee und legte den Umschlag hin, als könnte er jeden Augenblick zerspringen.",
        ],
        "fr" => &[
            "Le bac quitta le quai à six heures, comme chaque matin depuis la chute du pont, et personne ne leva les yeux.",
            "Hanne compta deux fois les sacs et nota le plus petit nombre, car son oncle ne croirait jamais que celui-là.",
            "Vers midi le vent tourna à l’ouest et tout le port sentit le goudron, la corde mouillée et les oranges.",
            "Le soir on alluma les lampes une à une le long du mur, et le garçon qui les allumait chantait doucement.",
            "Le commis apporta deux tasses de café et posa l’enveloppe sur la table comme si elle allait éclater.",
        ],
        "es" => &[
            "La barca dejó el muelle a las seis, como todas las mañanas desde que cayó el puente, y nadie levantó la vista.",
            "Hanne contó los sacos dos veces y apuntó el número más pequeño, porque su tío no creería ningún otro.",
            "Hacia el mediodía el viento giró al oeste y todo el puerto olía a brea, a cuerda mojada y a naranjas.",
            "Por la noche se encendieron las lámparas una a una a lo largo del muro, y el muchacho cantaba al encenderlas.",
            "El escribiente trajo dos tazas de café y dejó el sobre en la mesa como si fuera a estallar.",
        ],
        "it" => &[
            "Il traghetto lasciò il molo alle sei, come ogni mattina da quando era caduto il ponte, e nessuno alzò gli occhi.",
            "Hanne contò i sacchi due volte e scrisse il numero più piccolo, perché lo zio non avrebbe creduto all’altro.",
            "Verso mezzogiorno il vento girò a ovest e tutto il porto odorava di catrame, di corda bagnata e di arance.",
            "La sera si accesero le lampade una dopo l’altra lungo il muro, e il ragazzo che le accendeva cantava piano.",
            "Lo scrivano portò due tazze di caffè e posò la busta sul tavolo come se dovesse scoppiare.",
        ],
        "nl" => &[
            "Het veer verliet de kade om zes uur, zoals elke ochtend sinds de brug was gevallen, en niemand keek ernaar om.",
            "Hanne telde de zakken twee keer en schreef het kleinste getal op, omdat haar oom alleen dat zou geloven.",
            "Tegen de middag draaide de wind naar het westen en rook de hele haven naar teer, nat touw en sinaasappels.",
            "’s Avonds werden de lampen langs de muur een voor een aangestoken, en de jongen die dat deed zong erbij.",
            "De klerk bracht twee koppen koffie en legde de envelop neer alsof die elk moment kon ontploffen.",
        ],
        "pl" => &[
            "Prom odpłynął od nabrzeża o szóstej, jak co rano, odkąd runął most, i nikt na wzgórzu nie podniósł wzroku.",
            "Hanne dwa razy policzyła worki i zapisała mniejszą liczbę, bo tylko w taką uwierzyłby jej stary wuj.",
            "Około południa wiatr skręcił na zachód i cały port pachniał smołą, mokrą liną oraz pomarańczami z ładowni.",
            "Wieczorem zapalano lampy jedną po drugiej wzdłuż muru, a chłopiec, który je zapalał, śpiewał pod nosem.",
            "Urzędnik przyniósł dwie filiżanki kawy i położył kopertę tak ostrożnie, jakby miała zaraz wybuchnąć.",
        ],
        "pt" => &[
            "A balsa deixou o cais às seis, como todas as manhãs desde que a ponte caiu, e ninguém levantou os olhos.",
            "Hanne contou os sacos duas vezes e escreveu o número menor, porque o tio não acreditaria em nenhum outro.",
            "Perto do meio-dia o vento virou para oeste e todo o porto cheirava a alcatrão, a corda molhada e a laranjas.",
            "À noite acenderam-se as lâmpadas uma a uma ao longo do muro, e o rapaz que as acendia cantava baixinho.",
            "O escrivão trouxe duas chávenas de café e pousou o envelope como se ele fosse rebentar a qualquer momento.",
        ],
        "ru" => &[
            "Паром отошёл от причала в шесть, как каждое утро с тех пор, как рухнул мост, и никто не посмотрел ему вслед.",
            "Ханна дважды пересчитала мешки и записала меньшее число, потому что только ему поверил бы старый дядя.",
            "К полудню ветер повернул на запад, и вся гавань запахла смолой, мокрым канатом и апельсинами из трюма.",
            "Вечером вдоль стены одну за другой зажигали лампы, и мальчик, который их зажигал, тихонько напевал.",
            "Писарь принёс две чашки кофе и положил конверт на стол так осторожно, будто тот мог взорваться.",
        ],
        "sv" => &[
            "Färjan lämnade kajen klockan sex, som varje morgon sedan bron hade fallit, och ingen på kullen tittade upp.",
            "Hanne räknade säckarna två gånger och skrev det mindre talet, eftersom hennes farbror bara skulle tro det.",
            "Vid middagstid vred vinden mot väster, och hela hamnen luktade av tjära, vått rep och apelsiner.",
            "På kvällen tändes lamporna en efter en längs muren, och pojken som tände dem sjöng för sig själv.",
            "Skrivaren kom med två koppar kaffe och lade ner kuvertet som om det när som helst kunde explodera.",
        ],
        "zh" => &[
            "渡船六点钟离开北码头，自从桥塌了以后，每天早晨都是这样，山上的人谁也没有抬头去看它一眼。",
            "汉娜把麻袋数了两遍，把小的那个数目写进账本，因为她的叔叔只肯相信那个数目，别的一概不信。",
            "到了中午，风转向西边，整个港口都是焦油、湿绳子和舱里烂橘子的味道，谁也说不清橘子是从哪里来的。",
        ],
        "ja" => &[
            "渡し船は六時に北の岸壁を離れた。橋が落ちてから毎朝そうしてきたので、丘の上では誰も顔を上げなかった。",
            "ハンネは袋を二度数え、小さいほうの数を帳面に書いた。叔父が信じるのはその数だけだったからである。",
            "昼になると風は西に変わり、港じゅうにタールと濡れた縄と、船倉でつぶれた蜜柑の匂いが広がった。",
        ],
        "ko" => &[
            "나룻배는 다리가 무너진 뒤로 아침마다 그랬듯이 여섯 시에 북쪽 부두를 떠났고 언덕 위에서는 아무도 고개를 들지 않았다.",
            "한네는 자루를 두 번 세고 작은 수를 장부에 적었는데 삼촌이 믿어 줄 수가 그것뿐이었기 때문이다.",
            "한낮이 되자 바람이 서쪽으로 돌아서 항구 전체에 타르와 젖은 밧줄과 터진 귤 냄새가 가득했다.",
        ],
        _ => &[
            "The ferry left the north quay at six, as it had left every morning since the bridge fell, and nobody looked up.",
            "Hanne counted the sacks twice and wrote the smaller number in the book, because her uncle would believe no other.",
            "By noon the wind had gone round to the west, and the whole harbour smelled of tar, wet rope and oranges.",
            "In the evening the lamps were lit one by one along the wall, and the boy who lit them sang under his breath.",
            "The clerk brought two cups of coffee and put the envelope down as gently as if it might go off at any moment.",
        ],
    }
}

/// Three paragraphs, the `n`-th of their kind.
fn filling(language: &str, n: usize) -> String {
    let sentences = sentences(language);
    let paragraph = |p: usize| {
        let words = (0..3).map(|s| sentences[(n + p + s * (1 + p % 2)) % sentences.len()]);
        wrapped(&words.collect::<Vec<_>>().join(" "))
    };
    (0..3).map(paragraph).collect::<Vec<_>>().join("\n\n")
}

fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WRAP {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out
}

/// The whole text of a case.
fn text_of(language: &str, lines: &str) -> String {
    let mut out = String::new();
    for (n, line) in lines.split(" | ").enumerate() {
        let (gap, line) = match line.strip_prefix('~') {
            Some(text) => ("\n\n", text),
            None if n == 0 => ("", line),
            None => ("\n\n\n\n", line),
        };
        out.push_str(gap);
        out.push_str(&line.replace('¶', "\n\n").replace('↵', "\n"));
        out.push_str("\n\n");
        out.push_str(&filling(language, n));
    }
    out + "\n"
}

/// `chapter 1 The Ferry`
fn headed(chapter: &Chapter) -> String {
    let number = chapter.number.as_ref().map_or("-".to_owned(), |n| n.value.to_string());
    let title = chapter.title.as_ref().map_or("-", Text::as_str);
    format!("{} {number} {title}", role_name(chapter.role))
}

/// The letters of a line; of one without letters, its figures. The figures of a list are its marks.
fn letters(text: &str) -> String {
    let alone = !text.contains(char::is_alphabetic);
    text.chars().filter(|c| c.is_alphabetic() || alone && c.is_numeric()).collect()
}

/// What is wrong with the book, if anything is.
fn fault(book: &Book, lines: &str, answer: &str) -> Option<String> {
    let got: Vec<String> = book.chapters.iter().map(headed).collect();
    let got = got.join(" | ");
    if got != answer {
        return Some(format!("want {answer}\n  got  {got}"));
    }
    let mut body = String::new();
    for block in book.chapters.iter().flat_map(|c| &c.body) {
        block.for_each_text(&mut |text| body.push_str(text.as_str()));
    }
    let (words, all) = (letters(&body), body);
    let stands = |l: &&str| words.contains(&letters(l)) || all.contains(*l);
    let lost = lines.split(" | ").filter_map(|l| l.strip_prefix('~')).find(|l| !stands(l));
    lost.map(|line| format!("`{line}` stands in no body"))
}

#[test]
fn the_heading_catalogue_passes_whole() {
    let mut cases = 0;
    let mut failures = Vec::new();
    for (number, line) in CATALOGUE.lines().enumerate() {
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [language, lines, answer, reason] = columns[..] else {
            panic!("line {}: four columns are wanted, not {}", number + 1, columns.len());
        };
        let options = TextOptions { language: Some(language.to_owned()), ..TextOptions::default() };
        let book = understand(text_of(language, lines).as_bytes(), &options).book;
        cases += 1;
        if let Some(fault) = fault(&book, lines, answer) {
            failures.push(format!("line {} ({language}): {reason}\n  in   {lines}\n  {fault}", number + 1));
        }
    }
    assert!(cases >= 200, "only {cases} cases");
    assert!(failures.is_empty(), "{} of {cases} cases fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_catalogue_has_ten_languages() {
    let languages: std::collections::BTreeSet<&str> =
        CATALOGUE.lines().filter(|l| !l.starts_with("# ")).filter_map(|l| l.split('\t').next()).collect();
    assert!(languages.len() >= 10, "{languages:?}");
}
