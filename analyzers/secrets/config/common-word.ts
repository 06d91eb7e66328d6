/** Recognises weak secrets that are ordinary words: masking them everywhere would spoil the text and give the secret away. */

const words = new Set(
  `admin administrator api app application apache backend backup cache change changeme changeit cassandra central client cloud common config
   console container couchbase couchdb data database datadog db debug default demo deploy dev develop developer development docker elastic
   elasticsearch example express file files flask foo bar baz frontend git github gitlab grafana guest hello home host http https influx influxdb
   internal java jenkins kafka kibana kube kubernetes laravel letmein linux local localhost log login logs mail main manager maria mariadb
   master me message minio mongo mongodb my mysql nacos neo4j net nginx node none oracle org pass password passwd php ping pg postgres postgresql
   prod production proxy public python qwerty rabbit rabbitmq rails read redis registry replica root ruby run sa sample secret secrets server
   service session shell solr sonar sonarqube source spring sql staging start stage static status super superset system team temp test tester
   testing text tmp token tomcat tool tools ubuntu debian alpine update user username value vault version web welcome wordpress work worker
   write www zookeeper`.split(/\s+/),
);
const longestWord = 15;

/** True if the secret consists of common words and at most three digits, in any case: `postgres`, `minioadmin`, `Welcome1`. */
export function isCommonWord(secret: string): boolean {
  const text = secret.toLowerCase().replace(/\d{1,3}$/, "");
  if (text.length < 2 || text.length > 40 || !/^[a-z0-9]+$/.test(text)) return false;
  // Which prefixes of the text, by length, are made of words.
  const reached = Array.from({ length: text.length + 1 }, () => false);
  reached[0] = true;
  for (let from = 0; from < text.length; from += 1) {
    if (!reached[from]) continue;
    for (let to = from + 2; to <= Math.min(text.length, from + longestWord); to += 1)
      if (words.has(text.slice(from, to))) reached[to] = true;
  }
  return reached[text.length]!;
}
