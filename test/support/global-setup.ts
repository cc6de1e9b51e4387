/** What the whole run shares. PostgreSQL joins here. */
export default function setup(): void {}
