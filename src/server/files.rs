//! Where files lie: what came with mails and goes with answers. A folder that all servers share, behind an interface so small that
//! anything else that keeps bytes under a name could stand in its place.

use std::{
    collections::HashSet,
    fs, io,
    io::Write as _,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use uuid::Uuid;

use crate::model::{AccountId, AppError};

/// A file is written before the transaction that knows it ends; none takes this long.
const UNKNOWN_FOR: Duration = Duration::from_secs(3600);

/// The files of all accounts.
#[derive(Clone, Debug)]
pub struct Files(Arc<Path>);

impl Files {
    /// The folder is made when the first file is.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder.into())
    }

    /// Keeps bytes under a new id: whole, or not at all. What is answered is on the disk.
    pub async fn put(&self, account: AccountId, bytes: Vec<u8>) -> Result<Uuid, AppError> {
        let id = Uuid::now_v7();
        let path = self.path(account, id);
        apart(move || write(&path, &bytes)).await?;
        Ok(id)
    }

    /// The bytes; not found where there are none under this id.
    pub async fn get(&self, account: AccountId, id: Uuid) -> Result<Vec<u8>, AppError> {
        tokio::fs::read(self.path(account, id))
            .await
            .map_err(not_found)
    }

    /// The file to read from, for what is sent on as it is read, and its length in bytes.
    pub async fn open(
        &self,
        account: AccountId,
        id: Uuid,
    ) -> Result<(tokio::fs::File, u64), AppError> {
        let file = tokio::fs::File::open(self.path(account, id))
            .await
            .map_err(not_found)?;
        let length = file.metadata().await.map_err(AppError::internal)?.len();
        Ok((file, length))
    }

    /// Forgets the bytes; that there are none is as good.
    pub async fn delete(&self, account: AccountId, id: Uuid) -> Result<(), AppError> {
        match tokio::fs::remove_file(self.path(account, id)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AppError::internal(error)),
            _ => Ok(()),
        }
    }

    /// Deletes files older than an hour that nobody knows: their transaction was rolled back, or its server died. `known` answers
    /// which of some ids of an account are known; an error of it ends the sweep. Answers how many were deleted.
    pub async fn sweep<K, F>(&self, known: K) -> Result<usize, AppError>
    where
        K: Fn(AccountId, Vec<Uuid>) -> F,
        F: Future<Output = Result<HashSet<Uuid>, AppError>>,
    {
        let mut deleted = 0;
        let root = Arc::clone(&self.0);
        for (name, folder) in apart(move || folders(&root)).await? {
            let Ok(account) = name.parse::<AccountId>() else {
                continue;
            };
            for (_, folder) in apart(move || folders(&folder)).await? {
                let old = apart(move || old_files(&folder)).await?;
                if old.is_empty() {
                    continue;
                }
                let known = known(account, old.clone()).await?;
                for id in old.into_iter().filter(|id| !known.contains(id)) {
                    self.delete(account, id).await?;
                    deleted += 1;
                }
            }
        }
        Ok(deleted)
    }

    /// An id begins with the time: its end is what differs.
    fn path(&self, account: AccountId, id: Uuid) -> PathBuf {
        let name = id.to_string();
        let two = &name[name.len() - 2..];
        self.0.join(account.to_string()).join(two).join(&name)
    }
}

/// What waits for the disk runs where nobody else waits for it.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, AppError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(AppError::internal)?
        .map_err(AppError::internal)
}

fn not_found(error: io::Error) -> AppError {
    match error.kind() {
        io::ErrorKind::NotFound => AppError::NotFound,
        _ => AppError::internal(error),
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    // Readable by its owner alone, and gone if anything below fails.
    let mut file = tempfile::Builder::new()
        .prefix("new-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
}

/// The folders in a folder, by name; none where it is not there.
fn folders(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push((
                entry.file_name().to_string_lossy().into_owned(),
                entry.path(),
            ));
        }
    }
    Ok(found)
}

/// The ids of the files of a folder that are old enough. Those that never became whole go at once.
fn old_files(folder: &Path) -> io::Result<Vec<Uuid>> {
    let now = SystemTime::now();
    let mut old = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Somebody else may have deleted it meanwhile.
        let Ok(written) = entry.metadata().and_then(|metadata| metadata.modified()) else {
            continue;
        };
        if now
            .duration_since(written)
            .is_ok_and(|age| age >= UNKNOWN_FOR)
        {
            match entry.file_name().to_string_lossy().parse() {
                Ok(id) => old.push(id),
                Err(_) => fs::remove_file(entry.path())?,
            }
        }
    }
    Ok(old)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashSet,
        fs,
        os::unix::fs::PermissionsExt as _,
        time::{Duration, SystemTime},
    };

    use uuid::Uuid;

    use super::Files;
    use crate::model::{AccountId, AppError};

    type Tested = Result<(), Box<dyn std::error::Error>>;

    fn accounts() -> [AccountId; 2] {
        [AccountId(Uuid::now_v7()), AccountId(Uuid::now_v7())]
    }

    #[tokio::test]
    async fn a_file_is_read_as_it_was_kept_by_its_account_alone() -> Tested {
        let folder = tempfile::tempdir()?;
        let files = Files::new(folder.path().join("files"));
        let [mine, other] = accounts();
        let bytes: Vec<u8> = (0..=255).collect();
        let id = files.put(mine, bytes.clone()).await?;
        assert_eq!(files.get(mine, id).await?, bytes);
        assert_eq!(files.open(mine, id).await?.1, 256);
        assert_eq!(files.get(other, id).await, Err(AppError::NotFound));
        let empty = files.put(mine, Vec::new()).await?;
        assert_eq!(files.get(mine, empty).await?, Vec::<u8>::new());
        files.delete(other, id).await?;
        files.delete(mine, id).await?;
        files.delete(mine, id).await?;
        assert_eq!(files.get(mine, id).await, Err(AppError::NotFound));
        Ok(())
    }

    #[tokio::test]
    async fn nobody_else_on_the_machine_reads_a_file() -> Tested {
        let folder = tempfile::tempdir()?;
        let files = Files::new(folder.path().join("files"));
        let [mine, _] = accounts();
        let id = files.put(mine, b"secret".to_vec()).await?;
        let path = files.path(mine, id);
        let mode = |path: &std::path::Path| {
            Ok::<_, std::io::Error>(fs::metadata(path)?.permissions().mode() & 0o777)
        };
        assert_eq!(mode(&path)?, 0o600);
        assert_eq!(mode(&folder.path().join("files"))?, 0o700);
        let beside = fs::read_dir(path.parent().ok_or("it is in a folder")?)?.count();
        assert_eq!(beside, 1, "nothing is left of writing it");
        Ok(())
    }

    #[tokio::test]
    async fn what_cannot_be_written_leaves_nothing() -> Tested {
        let folder = tempfile::tempdir()?;
        let blocked = folder.path().join("files");
        fs::write(&blocked, b"not a folder")?;
        let files = Files::new(blocked);
        let [mine, _] = accounts();
        let refused = files.put(mine, b"text".to_vec()).await;
        assert!(matches!(refused, Err(AppError::Internal { .. })));
        Ok(())
    }

    #[tokio::test]
    async fn a_sweep_takes_old_files_that_nobody_knows_and_no_others() -> Tested {
        let folder = tempfile::tempdir()?;
        let files = Files::new(folder.path().join("files"));
        assert_eq!(files.sweep(async |_, _| Ok(HashSet::new())).await?, 0);
        let [mine, other] = accounts();
        let (young, known) = (
            files.put(mine, b"young".to_vec()).await?,
            files.put(mine, b"known".to_vec()).await?,
        );
        let (lost, lost_too) = (
            files.put(mine, b"lost".to_vec()).await?,
            files.put(other, b"lost".to_vec()).await?,
        );
        let long_ago = SystemTime::now() - Duration::from_secs(3601);
        let age = |path: &std::path::Path| {
            fs::File::options()
                .append(true)
                .open(path)?
                .set_modified(long_ago)
        };
        for (account, id) in [(mine, known), (mine, lost), (other, lost_too)] {
            age(&files.path(account, id))?;
        }
        let half = files.path(mine, lost).with_file_name("new-half");
        fs::write(&half, b"half")?;
        age(&half)?;
        let failed = files.sweep(async |_, _| Err(AppError::Unavailable)).await;
        assert_eq!(failed, Err(AppError::Unavailable));
        assert!(
            files.get(mine, lost).await.is_ok(),
            "who does not know deletes nothing"
        );
        let asked = std::sync::Mutex::new(HashSet::new());
        let deleted = files
            .sweep(|account, ids| {
                if let Ok(mut asked) = asked.lock() {
                    asked.extend(ids.into_iter().map(|id| (account, id)));
                }
                async move { Ok(HashSet::from([known])) }
            })
            .await?;
        assert_eq!(deleted, 2);
        assert_eq!(
            asked.into_inner()?,
            HashSet::from([(mine, known), (mine, lost), (other, lost_too)])
        );
        assert!(files.get(mine, young).await.is_ok() && files.get(mine, known).await.is_ok());
        assert_eq!(files.get(mine, lost).await, Err(AppError::NotFound));
        assert_eq!(files.get(other, lost_too).await, Err(AppError::NotFound));
        assert!(!half.exists());
        Ok(())
    }
}
