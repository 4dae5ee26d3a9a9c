// The standard library as Rust programs use it: streams, collections, formatting, threads' absence, files and folders.
// Usage: words FOLDER < TEXT

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant, SystemTime};

fn count_words() -> io::Result<()> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for line in io::stdin().lock().lines() {
        for word in line?.split_whitespace() {
            *counts.entry(word.to_string()).or_default() += 1;
        }
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    for (word, count) in sorted {
        println!("{word:<8}{count}");
    }
    Ok(())
}

fn use_files(folder: &str) -> io::Result<()> {
    let sub = format!("{folder}/sub");
    fs::create_dir(&sub)?;
    let path = format!("{sub}/numbers");
    {
        let mut out = io::BufWriter::new(File::create(&path)?);
        for i in 0..1000 {
            writeln!(out, "{i} {:.3}", f64::from(i) / 7.0)?;
        }
    }
    OpenOptions::new().append(true).open(&path)?.write_all(b"end\n")?;
    let mut file = File::open(&path)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    file.seek(SeekFrom::End(-4))?;
    let mut last = String::new();
    file.read_to_string(&mut last)?;
    let length = fs::metadata(&path)?.len();
    println!("{} lines, last {:?}, {} bytes", text.lines().count(), last, length);
    fs::rename(&path, format!("{sub}/renamed"))?;
    let names: BTreeMap<_, _> = fs::read_dir(&sub)?
        .map(|entry| entry.map(|e| (e.file_name(), e.file_type().unwrap().is_file())))
        .collect::<io::Result<_>>()?;
    println!("{names:?}");
    for outside in [format!("{folder}/../outside"), "/etc/passwd".to_string()] {
        println!("{}", File::open(outside).is_err());
    }
    fs::remove_file(format!("{sub}/renamed"))?;
    fs::remove_dir(&sub)
}

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).expect("a folder");
    count_words()?;
    println!("{:?} {}", std::env::var("NAME"), std::env::vars().count());
    let begin = Instant::now();
    std::thread::sleep(Duration::from_millis(20));
    println!("{}", begin.elapsed() >= Duration::from_millis(20));
    println!("{}", SystemTime::now() > SystemTime::UNIX_EPOCH);
    println!("{}", std::thread::Builder::new().spawn(|| ()).is_err());
    use_files(&folder)?;
    eprintln!("done");
    std::process::exit(7)
}
