/** Norwegian names, the most common first. Last names beyond those are put together as farm names are. */

const words = (text: string): string[] => text.trim().split(/\s+/);

export const firstNames = words(`
  Anne Jan Inger Per Kari Bjørn Marit Ole Ingrid Lars Liv Kjell Eva Knut Anna Arne Maria Svein Ida Thomas Hilde Hans Berit
  Geir Nina Tor Marianne Morten Astrid Terje Elisabeth Odd Kristin Erik Bjørg Martin Randi John Solveig Andreas Silje Rune
  Bente Trond Heidi Tore Linda Daniel Gerd Harald Anita Magnus Elin Gunnar Wenche Stian Tone Fredrik Ellen Henrik Ragnhild
  Jon Tove Olav Hanne Nils Camilla Espen Ingeborg Øyvind Laila Rolf Julie Helge Sissel Einar Emma Anders Reidun Leif Karin
  Kristian Mona Jonas Turid Kristoffer Unni Steinar Lise Håkon Line Frode Ruth Kåre Nora Marius Else Roger Gunn Sverre Sara
  Christian Lene Alexander Thea Sigurd Mari Jørgen Vigdis Vidar Siri Sondre Jorunn Emil Åse Stein Monica Mathias Aud Eirik
  Sofie Johannes Trine Dag Emilie Robert Maren Kjetil Torill Arild Hege Simen Malin Johan Else-Marie Roy Cecilie Adrian Janne
  Tom Aase Asbjørn Synnøve Torbjørn Karoline Ola Victoria Sebastian Amalie Pål Ane Sander Guro Petter Frida Kim Stine Ivar
  Oddny Mats Mia Alf Hedda Joakim Vilde Egil Signe Erling Tonje Benjamin Birgit Finn Ingvild Ove Jenny Arvid Gudrun Asle
  Charlotte Snorre Torunn Birger Eline Halvor Margrethe Aksel Sunniva Oskar Borghild Elias Gro William Oda Filip Maja Jakob
  Leah Noah Ella Lucas Selma Isak Hannah Tobias Iben Ulrik Alma Mikkel Olivia Theodor Tiril Herman Aurora Kasper Live Brage
  Ylva Vetle Embla Even Eira Trygve Ronja Sivert Dina Amund Runa Eskil Saga Tarjei Helle Gaute Idunn Endre Åshild Geirmund
  Anne-Marie Jan-Erik Ann-Kristin Ole-Martin Inger-Lise Per-Arne Kari-Anne Bjørn-Erik Eva-Britt Hans-Petter Mari-Ann
  Nils-Petter Liv-Grete Tor-Arne Anna-Lena Jens Karl Roald Brit Torgeir Eldbjørg Vegard Sigrid Audun Tordis Sigbjørn Målfrid
  Ahmed Fatima Mohammed Aisha Ali Amina Omar Zahra Ibrahim Khadija Yusuf Maryam Piotr Katarzyna Tomasz Agnieszka
  Tormod Gjertrud Eivind Ragna Ottar Hjørdis Yngve Oddrun Roar Klara Jostein Edel Idar Solfrid Lasse Vibeke Torleif Grete
`);

const commonLastNames = words(`
  Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen Eriksen Berg Haugen
  Hagen Johannessen Andreassen Jacobsen Dahl Jørgensen Henriksen Lund Halvorsen Sørensen Jakobsen Moen Gundersen Iversen
  Strand Solberg Svendsen Eide Knutsen Martinsen Paulsen Bakken Kristoffersen Mathisen Lie Amundsen Nguyen Rasmussen Lunde
  Solheim Berge Moe Nygård Bakke Fredriksen Kristensen Lien Holm Andresen Christensen Hauge Knudsen Nielsen Evensen Sæther
  Aas Myhre Hanssen Ali Haugland Thomassen Sivertsen Simonsen Danielsen Berntsen Sandvik Rønning Arnesen Antonsen Næss Vik
  Haug Ellingsen Edvardsen Thorsen Gulbrandsen Isaksen Birkeland Ruud Strøm Aasen Ødegård Jenssen Tangen Eliassen Myklebust
  Bøe Mikkelsen Aune Tveit Abrahamsen Brekke Engen Christiansen Madsen Olaussen Gjerde Helland Ahmed Mohamed Kowalski Nowak
`);

const places = words(
  'Sol Nord Sør Øst Vest Lang Stor Lille Kvern Lauv Gran Furu Bjørk Aspe Sten Sand Berg Elve Foss Myr',
);
const kinds = words(
  'stad vik dal heim rud land nes lien bø moen haug vold seter fjell bakk strand berg øy hus tveit sund',
);

export const lastNames = [
  ...new Set([...commonLastNames, ...kinds.flatMap((kind) => places.map((place) => place + kind))]),
].slice(0, 500);

export const specialties = words(`
  Pårørende Rus Angst Sorg Kreft Diabetes Integrering Arbeidsliv Ensomhet Hjerneslag Epilepsi Hørselstap Synshemming Revmatisme
  Depresjon Spiseforstyrrelser Foreldrerolle Økonomi Ungdom Kroniske-smerter
`);

export const towns = words(
  'Oslo Bergen Trondheim Stavanger Tromsø Drammen Skien Bodø Ålesund Hamar Gjøvik Molde Alta Moss',
);

/** The last name of about one contact in a hundred. */
export const commonName = 'Hansen';
