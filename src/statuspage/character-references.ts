/**
 * The names of characters in HTML, in the order of their code points from the first on; `-` stands
 * where one has none, `|` between names of the same one. The first name is the one of HTML 4.
 *
 * Of the 2125 names these are the ones that sentences are written with: ASCII, the Latin, Greek and
 * Cyrillic letters, punctuation, spaces, and the signs that pages of software show. What is left out
 * are signs of mathematics.
 */
const ROWS: readonly (readonly [first: number, names: string])[] = [
  [0x09, 'Tab NewLine'],
  [
    0x21,
    `excl quot|QUOT num dollar percnt amp|AMP apos lpar rpar ast|midast plus comma - period sol - -
     - - - - - - - - colon semi lt|LT equals gt|GT quest commat`,
  ],
  [0x5b, 'lsqb|lbrack bsol rsqb|rbrack Hat lowbar|UnderBar grave|DiacriticalGrave'],
  [0x7b, 'lcub|lbrace vert|verbar|VerticalLine rcub|rbrace'],
  [
    0xa0,
    `nbsp|NonBreakingSpace iexcl cent pound curren yen brvbar sect uml|die|Dot|DoubleDot copy|COPY
     ordf laquo not shy reg|REG|circledR macr|strns deg plusmn|pm|PlusMinus sup2 sup3
     acute|DiacriticalAcute micro para middot|centerdot|CenterDot cedil|Cedilla sup1 ordm raquo
     frac14 frac12|half frac34 iquest Agrave Aacute Acirc Atilde Auml Aring|angst AElig Ccedil
     Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml
     times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring
     aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc
     otilde ouml divide|div oslash ugrave uacute ucirc uuml yacute thorn yuml`,
  ],
  [
    0x100,
    `Amacr amacr Abreve abreve Aogon aogon Cacute cacute Ccirc ccirc Cdot cdot Ccaron ccaron Dcaron
     dcaron Dstrok dstrok Emacr emacr - - Edot edot Eogon eogon Ecaron ecaron Gcirc gcirc Gbreve
     gbreve Gdot gdot Gcedil - Hcirc hcirc Hstrok hstrok Itilde itilde Imacr imacr - - Iogon iogon
     Idot imath|inodot IJlig ijlig Jcirc jcirc Kcedil kcedil kgreen Lacute lacute Lcedil lcedil
     Lcaron lcaron Lmidot lmidot Lstrok lstrok Nacute nacute Ncedil ncedil Ncaron ncaron napos ENG
     eng Omacr omacr - - Odblac odblac OElig oelig Racute racute Rcedil rcedil Rcaron rcaron Sacute
     sacute Scirc scirc Scedil scedil Scaron scaron Tcedil tcedil Tcaron tcaron Tstrok tstrok
     Utilde utilde Umacr umacr Ubreve ubreve Uring uring Udblac udblac Uogon uogon Wcirc wcirc
     Ycirc ycirc Yuml Zacute zacute Zdot zdot Zcaron zcaron`,
  ],
  [
    0x391,
    `Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho -
     Sigma Tau Upsilon Phi Chi Psi ohm|Omega - - - - - - - alpha beta gamma delta epsi|epsilon zeta
     eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf|sigmav|varsigma sigma tau
     upsi|upsilon phi chi psi omega`,
  ],
  [
    0x401,
    `IOcy DJcy GJcy Jukcy DScy Iukcy YIcy Jsercy LJcy NJcy TSHcy KJcy - Ubrcy DZcy Acy Bcy Vcy Gcy
     Dcy IEcy ZHcy Zcy Icy Jcy Kcy Lcy Mcy Ncy Ocy Pcy Rcy Scy Tcy Ucy Fcy KHcy TScy CHcy SHcy
     SHCHcy HARDcy Ycy SOFTcy Ecy YUcy YAcy acy bcy vcy gcy dcy iecy zhcy zcy icy jcy kcy lcy mcy
     ncy ocy pcy rcy scy tcy ucy fcy khcy tscy chcy shcy shchcy hardcy ycy softcy ecy yucy yacy -
     iocy djcy gjcy jukcy dscy iukcy yicy jsercy ljcy njcy tshcy kjcy - ubrcy dzcy`,
  ],
  [
    0x2002,
    `ensp emsp emsp13 emsp14 - numsp puncsp thinsp|ThinSpace hairsp|VeryThinSpace
     ZeroWidthSpace|NegativeThinSpace|NegativeThickSpace|NegativeMediumSpace|NegativeVeryThinSpace
     zwnj zwj lrm rlm dash|hyphen - - ndash mdash horbar Vert|Verbar - lsquo|OpenCurlyQuote
     rsquo|rsquor|CloseCurlyQuote sbquo|lsquor - ldquo|OpenCurlyDoubleQuote
     rdquo|rdquor|CloseCurlyDoubleQuote bdquo|ldquor - dagger ddagger|Dagger bull|bullet - - nldr
     mldr|hellip - - - - - - - - - permil pertenk prime Prime tprime bprime|backprime - - - lsaquo
     rsaquo - - - oline|OverBar - - caret - hybull frasl - - - - - - - - - - bsemi - - - - - - -
     qprime - - - - - - - MediumSpace NoBreak af|ApplyFunction it|InvisibleTimes ic|InvisibleComma`,
  ],
  [0x20ac, 'euro'],
  [
    0x2116,
    `numero copysr wp|weierp primes|Popf rationals|Qopf realine|Rscr real|realpart|Re|Rfr
     reals|Ropf rx - - - trade|TRADE`,
  ],
  [
    0x2190,
    `larr|slarr|leftarrow|LeftArrow|ShortLeftArrow uarr|uparrow|UpArrow|ShortUpArrow
     rarr|srarr|rightarrow|RightArrow|ShortRightArrow darr|downarrow|DownArrow|ShortDownArrow`,
  ],
];

/** What a numeric reference from 128 to 159 stands for: it was written for this old code page. */
const WINDOWS_1252 = new TextDecoder('windows-1252');
const REPLACEMENT = '\ufffd';

const CHARACTERS = new Map(ROWS.flatMap(([first, names]) => named(first, names, everyName)));
/** The names that browsers know without their semicolon: those of Latin-1, and five of ASCII. */
const WITHOUT_SEMICOLON = new Map([
  ...ROWS.filter(([first]) => first === 0xa0).flatMap(([first, names]) =>
    named(first, names, ([name = '']) => [name]),
  ),
  ...['amp', 'AMP', 'lt', 'LT', 'gt', 'GT', 'quot', 'QUOT', 'copy', 'COPY', 'reg', 'REG'].map(
    (name) => [name, CHARACTERS.get(name) ?? ''] as const,
  ),
]);
const LONGEST_WITHOUT_SEMICOLON = 6;

/**
 * A text of HTML with its character references (`&rsquo;`, `&#39;`, `&#x2019;`) replaced once by what
 * they stand for, as browsers do it: a number's semicolon may be missing, that of an old name too. An
 * unknown name stays as it is. The result can hold `<` and is no HTML. Takes linear time.
 *
 * On this floor because two above need it: what a status page writes, and what a login page says.
 */
export function decodeCharacterReferences(text: string): string {
  return text.includes('&') ? text.replace(REFERENCE, decoded) : text;
}

// Without groups: handing on what they caught takes half of the time where every character is one.
const REFERENCE = /&(?:#(?:\d+|[xX][0-9a-fA-F]+);?|[a-zA-Z][a-zA-Z0-9]+;?)/g;

function decoded(whole: string): string {
  if (whole[1] === '#') return characterAt(codePointOf(whole));
  const character = whole.endsWith(';')
    ? CHARACTERS.get(whole.slice(1, -1))
    : decodedStart(whole.slice(1));
  return character ?? whole;
}

/** Of `&#39;` and `&#x27;`; what stands behind the digits is no part of the number. */
function codePointOf(reference: string): number {
  const isHex = reference[2] === 'x' || reference[2] === 'X';
  return isHex ? Number.parseInt(reference.slice(3), 16) : Number.parseInt(reference.slice(2), 10);
}

/** `&nbsp` and `&copy2020`: the longest old name that the text begins with is replaced. */
function decodedStart(text: string): string | undefined {
  for (let length = LONGEST_WITHOUT_SEMICOLON; length > 1; length -= 1) {
    const character = WITHOUT_SEMICOLON.get(text.slice(0, length));
    if (character !== undefined) return character + text.slice(length);
  }
  return undefined;
}

function characterAt(codePoint: number): string {
  if (codePoint >= 0x80 && codePoint <= 0x9f) {
    return WINDOWS_1252.decode(Uint8Array.of(codePoint));
  }
  const isNone = codePoint === 0 || codePoint > 0x10ffff;
  const isHalf = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return isNone || isHalf ? REPLACEMENT : String.fromCodePoint(codePoint);
}

function named(
  first: number,
  names: string,
  wanted: (names: readonly string[]) => readonly string[],
): (readonly [name: string, character: string])[] {
  return names
    .split(/\s+/)
    .flatMap((cell, index) =>
      wanted(cell.split('|')).map((name) => [name, String.fromCodePoint(first + index)] as const),
    );
}

function everyName(names: readonly string[]): readonly string[] {
  return names;
}
