/**
 * Returns the picture of a session with all of its lines, as it is at the end of its animation. A page of documentation
 * is read slowly; a person who looks at it in the first seconds would see a large empty terminal.
 */
export function stillPicture(svg: string): string {
  return svg.replace('</style>', 'text{animation:none}\n</style>');
}
