/** How the page looks: two columns, one typeface, room to read. */
import type { Html } from './html.js';

export const STYLE: Html = {
  html: `
:root{--ink:#1d1c1d;--soft:#616061;--line:#e3e1e3;--side:#3f0e40;--accent:#1264a3;--go:#007a5a;--stop:#e01e5a}
*{box-sizing:border-box}
body{margin:0;display:grid;grid-template-columns:248px 1fr;height:100vh;color:var(--ink);font:15px/1.5 Lato,"Helvetica Neue",Arial,sans-serif}
nav{background:var(--side);color:#d9c9da;padding:16px 12px;overflow:auto}
nav h1{font-size:17px;color:#fff;margin:0 6px 14px}nav h2{font-size:12px;letter-spacing:.04em;margin:18px 6px 4px;font-weight:600}
nav a{display:block;color:#d9c9da;text-decoration:none;padding:3px 10px;border-radius:6px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
nav a:hover{background:#552456}nav a.on{background:var(--accent);color:#fff}nav .gone{opacity:.55}
main{display:flex;flex-direction:column;min-width:0;height:100vh;position:relative}
main>header{border-bottom:1px solid var(--line);padding:12px 22px}main>header b{font-size:17px}main>header span{color:var(--soft);margin-left:10px;font-size:13px}
.stream{flex:1;overflow:auto;padding:10px 0 18px;display:flex;flex-direction:column}.stream>:first-child{margin-top:auto}
.message{display:grid;grid-template-columns:36px minmax(0,1fr);gap:10px;padding:8px 22px}.message:hover{background:#f8f8f8}
.message.reply{padding-left:68px}.message.whisper{background:#fbfaf4}
.face{width:36px;height:36px;border-radius:8px;display:grid;place-items:center;color:#fff;font-weight:700;background:#5b7a99}.bot .face{background:#7c3085}
.by{font-weight:700}.by small{font-weight:400;color:var(--soft);margin-left:8px}.app{background:#e8e6e8;color:var(--soft);font-size:10px;padding:1px 4px;border-radius:3px;margin-left:6px;vertical-align:2px}
.body{max-width:720px;overflow-wrap:anywhere}.body h3{font-size:18px;line-height:1.3;margin:6px 0 4px}
.body hr{border:0;border-top:1px solid var(--line);margin:10px 0}
.section{display:flex;gap:14px;justify-content:space-between;margin:6px 0}.words{min-width:0}.fields{display:grid;grid-template-columns:1fr 1fr;gap:6px 22px;margin-top:4px}
.context{color:var(--soft);font-size:13px;display:flex;flex-wrap:wrap;gap:4px 12px;margin:4px 0}.context img{height:20px}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0}form{display:inline-flex;gap:6px;margin:0}
button{font:inherit;font-weight:700;font-size:14px;line-height:1;padding:8px 12px;border-radius:6px;border:1px solid #bbb9bb;background:#fff;color:var(--ink);cursor:pointer;white-space:nowrap}
button:hover{background:#f6f6f6}button.primary{background:var(--go);border-color:var(--go);color:#fff}button.danger{background:var(--stop);border-color:var(--stop);color:#fff}
input,textarea,select{font:inherit;font-size:14px;padding:7px 9px;border:1px solid #bbb9bb;border-radius:6px;min-width:0;background:#fff}
code{background:#f6f5f6;border:1px solid var(--line);border-radius:3px;color:#c0184c;padding:1px 4px;font-size:12.5px}
pre{background:#f8f7f8;border:1px solid var(--line);border-radius:6px;padding:8px 10px;margin:4px 0;font-size:12.5px;white-space:pre-wrap}
a{color:var(--accent)}.mention{background:#e8f3fb;color:var(--accent);border-radius:3px;padding:0 3px}.mention.loud{background:#fdf1d7;color:#8a5a00}
.quote{display:block;border-left:4px solid #ddd;padding-left:10px;color:#454245}.marks{color:var(--soft);font-size:12.5px;display:flex;gap:8px;margin-top:2px}
.pill{border:1px solid var(--line);border-radius:12px;padding:0 8px;background:#fff}
.bar{display:flex;gap:8px;padding:10px 22px 16px;border-top:1px solid var(--line)}.bar form{flex:1}.bar input{flex:1}
.veil{position:absolute;inset:0;background:#0006;display:grid;place-items:center}
.modal{background:#fff;border-radius:10px;width:min(560px,92%);max-height:88%;overflow:auto;box-shadow:0 12px 40px #0005}
.modal h2{font-size:20px;margin:0;padding:16px 22px;border-bottom:1px solid var(--line)}.modal .body{padding:10px 22px}
.modal footer{display:flex;justify-content:flex-end;gap:8px;padding:14px 22px}.input{display:block;margin:12px 0}.input input,.input textarea,.input select{display:block;width:100%;margin-top:4px}.input textarea{min-height:84px}
.home{padding:16px 28px;overflow:auto}.empty{color:var(--soft);padding:28px}
`,
};
