/** The three forms of a name; `fullName` is always `firstName` + space + `lastName`. */
export interface PersonName {
  firstName: string;
  lastName: string;
  fullName: string;
}

export function joinName(firstName: string, lastName: string): PersonName {
  return { firstName, lastName, fullName: `${firstName} ${lastName}`.trim() };
}

/** The last word is the last name; a single word is a first name with an empty last name. */
export function splitName(fullName: string): PersonName {
  const space = fullName.lastIndexOf(' ');
  if (space === -1) return { firstName: fullName, lastName: '', fullName };
  return { firstName: fullName.slice(0, space), lastName: fullName.slice(space + 1), fullName };
}
