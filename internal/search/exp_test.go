package search
import ("testing";"time";"fmt";"sync";"os";"bytes";"compress/gzip";"strings")
func analyseAll(docs []Document) []*Entry {
	es:=make([]*Entry,len(docs)); var wg sync.WaitGroup
	for p:=range 2 { wg.Go(func(){ for i:=p;i<len(docs);i+=2 { es[i]=Analyse(docs[i]) } }) }
	wg.Wait(); return es
}
func gz(b []byte) int { var w bytes.Buffer; z,_:=gzip.NewWriterLevel(&w,6); z.Write(b); z.Close(); return w.Len() }
func TestExp(t *testing.T) {
	docs:=corpus(t,os.Getenv("CORPUS"))
	tx:=0; var all strings.Builder
	for _,d:=range docs { var b strings.Builder; b.WriteString(d.Title); for _,s:=range d.Sections { b.WriteString(s.Heading+"\n"+s.Text) }; tx+=gz([]byte(b.String())); all.WriteString(b.String()) }
	var fs []File
	for range 3 {
	t0:=time.Now(); es:=analyseAll(docs); t1:=time.Now(); fs=Build(es); fmt.Println(len(docs),"analyse",t1.Sub(t0),"build",time.Since(t1))
	}
	m:=map[string][3]int{}; sum:=0
	for _,f:=range fs { k:="text"; s:=string(f.Data); if strings.HasSuffix(f.Path,"json") {k="manifest"} else if strings.HasPrefix(s,"#") {k="list"} else if !strings.Contains(s,"\t") {k="typos"} else if s[0]=='!' && !strings.Contains(s,"\n\n") {k="terms"}
	 x:=m[k]; x[0]++; x[1]+=len(f.Data); x[2]+=gz(f.Data); m[k]=x; sum+=gz(f.Data) }
	fmt.Println(m, "total",sum,"of whole",gz([]byte(all.String())),"per page",tx, float64(sum)/float64(gz([]byte(all.String()))), float64(sum)/float64(tx))
	if d:=os.Getenv("OUT"); d!="" { os.MkdirAll(d+"/search",0o755); for _,f:=range fs { os.WriteFile(d+"/"+f.Path,f.Data,0o644) } }
}
